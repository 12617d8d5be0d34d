using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Gets the consumer an active lock with its route: one that it has, one that is on its way, or a new one.
/// </summary>
/// <remarks>
/// The route's key and the terms, salt included, are durable before the lock is opened. After a crash the same terms are opened
/// again; their id is the same, so the deposit is paid once.
/// </remarks>
internal sealed partial class LockOpener(
    ChannelBook book,
    EdgeJournal journal,
    ChannelCloser closer,
    RouteBroker broker,
    ChainWatcher chain,
    Func<ISettlementChain, ConsumerAccount> accountOf,
    RouteOptions wish,
    ConnectOptions options,
    NodeProgress progress,
    TimeProvider time,
    ILogger<LockOpener> logger)
{
    // Each holds a deposit until it is settled. A proxy that takes none back must not be able to have them opened one after the other.
    private const int MaxUnsettled = 4;

    // As long as a lock that the proxy closes alone keeps its deposit. Opening costs gas, which a proxy that ends lock after lock would have paid for nothing.
    private static readonly TimeSpan EndedCounts = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<ChannelId, byte> _spent = new();
    private readonly ConcurrentDictionary<ChannelId, long> _lostSince = new();
    private readonly ConcurrentDictionary<ChannelId, long> _endedSince = new();

    /// <summary>Whether there is a lock that a session makes sense on.</summary>
    public bool HasUsable => book.All.Any(Fits);

    /// <summary>Whether the exit was named, and not left to the proxy.</summary>
    public bool IsExitChosen => wish.Exit is not null;

    /// <summary>The lock's route; null where it is none of this node's.</summary>
    public RouteRecord? Find(ChannelId lockId) => journal.Routes.Load().FirstOrDefault(route => route.LockId == lockId);

    /// <summary>Whether this side signed, or is about to sign, its last word on a lock.</summary>
    public bool IsClosing(ChannelId lockId) => closer.IsClosing(lockId);

    /// <summary>Uses the lock for no further session in this process.</summary>
    public void Spend(ChannelId lockId) => _spent.TryAdd(lockId, 0);

    /// <summary>The same for one that its proxy or its exit says is over: where it was hardly used, it counts for a while as one that holds a deposit.</summary>
    public void EndedByPeer(ChannelId lockId)
    {
        Spend(lockId);
        _endedSince.TryAdd(lockId, time.GetTimestamp());
    }

    /// <summary>Returns a route whose lock this node's endpoint shows active, opening one if need be.</summary>
    /// <param name="relay">The provider that it goes through.</param>
    /// <param name="cancellationToken">Gives up; what was sent to the chain is taken up again later.</param>
    /// <exception cref="RouteRefusedException">The proxy refuses, or the contract does.</exception>
    /// <exception cref="ChainUnavailableException">The chain does not answer.</exception>
    public async Task<RouteRecord> GetAsync(Address relay, CancellationToken cancellationToken)
    {
        await broker.CheckProxyAsync(cancellationToken);
        await chain.LookAsync(cancellationToken);
        foreach (var known in book.All.Where(Fits))
        {
            if (Find(known.ChannelId) is { } route && route.Exit != relay && (wish.Exit is null || wish.Exit == route.Exit)
                && await RenewAsync(known, route, relay, cancellationToken) is { } renewed)
            {
                return renewed;
            }
        }

        var locks = book.All.Where(IsLockOfProxy).ToList();
        var unsettled = locks.Count(IsUnsettled);
        var ended = locks.Count(channel => !IsUnsettled(channel) && IsEndedEarly(channel));
        if (unsettled + ended >= MaxUnsettled)
        {
            throw new RouteRefusedException(
                ended == 0
                    ? $"{unsettled} locks with proxy {wish.Proxy} are not settled, and each holds a deposit; close them with tachyon-edge channels close or force-close, or use another --proxy"
                    : $"{unsettled + ended} locks with proxy {wish.Proxy} are not settled, or it ended them hardly used within {EndedCounts.TotalHours:0} hours; use another --proxy",
                isForLater: true);
        }

        var wanted = new Wanted(
            Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length)), RouteBroker.NewKey(), wish.Exit, relay, options.CapacityBytes);
        return await OpenAsync(wanted, await AskAsync(wanted, cancellationToken), cancellationToken);
    }

    private bool IsLockOfProxy(ChannelRecord channel) =>
        channel.Role == SessionRole.Consumer && channel.Terms.Kind == ChannelKind.Lock && channel.Terms.Provider == wish.Proxy;

    private static bool IsUnsettled(ChannelRecord channel) => channel.Stage is ChannelStage.Intended or ChannelStage.Active or ChannelStage.Closing;

    private bool IsEndedEarly(ChannelRecord channel) =>
        _endedSince.TryGetValue(channel.ChannelId, out var since) && time.GetElapsedTime(since) < EndedCounts && closer.IsHardlyUsed(channel);

    private bool Fits(ChannelRecord channel) =>
        IsLockOfProxy(channel)
        && channel.Terms.PricePerMB <= options.MaxPricePerMB
        && channel.Stage is ChannelStage.Intended or ChannelStage.Active
        && !_spent.ContainsKey(channel.ChannelId)
        && !book.IsSeenEnding(channel.ChannelId)
        && !closer.IsClosing(channel.ChannelId)
        && closer.HasBytesLeft(channel);

    // The same route again, on which the proxy goes on with the same lock. Null where it does not: then the lock is of no more use, or not now.
    private async Task<RouteRecord?> RenewAsync(ChannelRecord channel, RouteRecord route, Address relay, CancellationToken cancellationToken)
    {
        // By name: the lock pays this exit, though another one may be closest by now.
        var wanted = new Wanted(channel.Terms.Salt, route.RouteKey, route.Exit, relay, channel.Terms.CapacityBytes);
        try
        {
            var grant = await AskAsync(wanted, cancellationToken);
            _lostSince.TryRemove(channel.ChannelId, out _);
            if (grant.Terms.ChannelId(broker.Domain) == channel.ChannelId)
            {
                return await OpenAsync(wanted, grant, cancellationToken);
            }

            // Another lock, which was not asked for: nothing is paid for it.
            LogLockOver(channel.ChannelId, $"the proxy would go on at {grant.Terms.PricePerMB.ToTokens()} IPX per MB, and the lock's price is {channel.Terms.PricePerMB.ToTokens()}");
            Spend(channel.ChannelId);
            return null;
        }
        catch (RouteRefusedException refused) when (refused.Reason is RefusalReason.SaltUsed or RefusalReason.WrongPhase)
        {
            LogLockOver(channel.ChannelId, refused.Message);
            EndedByPeer(channel.ChannelId);
            if (refused.Reason == RefusalReason.WrongPhase && channel.Stage == ChannelStage.Active)
            {
                // The proxy has said its last word on it, which this node may have missed: all that it does any more is to bind a deposit. Or it lies.
                closer.BeginUnasked(channel.ChannelId);
            }

            return null;
        }
        catch (RouteRefusedException refused) when (wish.Exit is null && RouteRefusal.IsOfExit(refused.Reason) && (!refused.IsForLater || IsLost(channel.ChannelId)))
        {
            return null;
        }
        catch (RouteRefusedException refused) when (channel.Stage == ChannelStage.Active)
        {
            refused.LockId = channel.ChannelId;
            throw;
        }
    }

    // As with a provider: one that is away for a moment is waited for, since another exit takes another deposit.
    private bool IsLost(ChannelId lockId) =>
        options.FailOverAfter > TimeSpan.Zero && time.GetElapsedTime(_lostSince.GetOrAdd(lockId, _ => time.GetTimestamp())) >= options.FailOverAfter;

    private async Task<RouteGrant> AskAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        progress.Set(NodeState.Opening, $"asking proxy {wish.Proxy} for a route", NodeFault.RouteRefused);
        using var key = new KeySigner(wanted.RouteKey);
        return await broker.AskAsync(wanted.Salt, key.PublicKey, wanted.Exit, wanted.Relay, wanted.CapacityBytes, cancellationToken);
    }

    private async Task<RouteRecord> OpenAsync(Wanted wanted, RouteGrant grant, CancellationToken cancellationToken)
    {
        var settlement = await chain.Connected.WaitAsync(cancellationToken);
        var lockId = grant.Terms.ChannelId(settlement.Domain);
        var route = new RouteRecord(lockId, wanted.RouteKey, grant.Exit, grant.Endpoint, grant.Tag, grant.StepBytes);
        await journal.Routes.SaveAsync(route);
        if (book.Find(lockId) is not { } channel)
        {
            channel = new ChannelRecord
            {
                ChannelId = lockId,
                Role = SessionRole.Consumer,
                Terms = grant.Terms,
                Stage = ChannelStage.Intended,
                CapacityBytes = grant.Terms.CapacityBytes,
                KnownAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            await book.SaveAsync(channel, cancellationToken);
            LogGranted(lockId, grant.Exit, grant.Terms.PricePerMB.ToTokens());
        }

        if (channel.Stage == ChannelStage.Intended)
        {
            await PayAsync(channel, grant, settlement, cancellationToken);
        }

        progress.Set(NodeState.Opening, $"lock {lockId}: waiting until the chain shows it active", NodeFault.RouteRefused);
        channel = await book.WaitAsync(lockId, known => known.Stage != ChannelStage.Intended, cancellationToken);
        return channel.Stage == ChannelStage.Active
            ? route
            : throw new RouteRefusedException($"lock {lockId} is {channel.Stage} and not active", isForLater: true);
    }

    private async Task PayAsync(ChannelRecord channel, RouteGrant grant, ISettlementChain settlement, CancellationToken cancellationToken)
    {
        progress.Set(NodeState.Opening, $"lock {channel.ChannelId} with proxy {wish.Proxy}", NodeFault.RouteRefused);
        try
        {
            var outcome = await accountOf(settlement).OpenAcceptedAsync(grant.Terms, grant.ExpirySeconds, grant.Acceptance, cancellationToken);

            // Opened by this very transaction, sent before a crash: nobody else can open these terms.
            if (outcome.Refusal is { } refusal && refusal is not ContractRefusal.WrongStatus { Expected: ChannelStatus.None })
            {
                await book.SaveAsync(channel with { Stage = ChannelStage.Abandoned }, cancellationToken);
                throw new RouteRefusedException($"the contract does not open lock {channel.ChannelId}: {refusal}", isForLater: false);
            }
        }
        catch (GasUnaffordableException fault)
        {
            throw new RouteRefusedException($"{fault.Message}; fund this node's account", isForLater: false);
        }
        catch (TransactionTimedOutException fault)
        {
            // Not failed: it may still be mined, and the book will show it.
            LogSlow(fault.Message);
        }

        chain.Nudge();
    }

    [LoggerMessage(LogLevel.Information, "Granted a route to exit {Exit} at {Price} IPX per MB; opening lock {LockId}")]
    private partial void LogGranted(ChannelId lockId, Address exit, string price);

    [LoggerMessage(LogLevel.Warning, "Lock {LockId} is of no more use to a route: {Reason}")]
    private partial void LogLockOver(ChannelId lockId, string reason);

    [LoggerMessage(LogLevel.Warning, "Opening the lock takes long: {Reason}")]
    private partial void LogSlow(string reason);

    /// <summary>A route that is asked for.</summary>
    private sealed record Wanted(Bytes32 Salt, byte[] RouteKey, Address? Exit, Address Relay, ulong CapacityBytes);
}
