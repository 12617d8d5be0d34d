using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <content>What to do when the provider is lost, or a budget spent.</content>
internal sealed partial class ConsumerNode
{
    private static readonly TimeSpan MatchPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);

    // Each holds a deposit: providers that come and go, or a gateway that proposes such, must not lock up all that there is.
    private const int MostLost = 3;

    private bool CanFailOver => _options.Provider is null && _options.FailOverAfter > TimeSpan.Zero;

    private HashSet<ChannelId> Excluded => [.. _spent, .. _lost.Ids];

    // Somebody was using it just now, so the next channel is opened at once. With nobody else to go to, the lost one is tried again.
    private async Task<ChannelRecord> FailOverAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_lost.Ids.Count <= MostLost && await OtherAsync(cancellationToken) is { } other)
            {
                return other;
            }

            if (_lost.TakeBack(channelId => _opener.IsUsable(channelId, _spent)) is { } back)
            {
                return _parts.Book.Find(back.ChannelId) ?? back;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _parts.Time, cancellationToken);
        }
    }

    private async Task<ChannelRecord?> OtherAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(MatchPatience, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _opener.GetActiveAsync(Excluded, _lost.Providers, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoChannel($"nobody else to go to within {MatchPatience.TotalSeconds:0} s");
        }
        catch (NodeException fault)
        {
            LogNoChannel(fault.Message);
        }

        return null;
    }

    private async Task CloseLostAsync(CancellationToken cancellationToken)
    {
        while (_options.CloseLostAfter > TimeSpan.Zero)
        {
            foreach (var channelId in _lost.LostFor(_options.CloseLostAfter).Where(channelId =>
                !_parts.ForceCloses.IsWanted(channelId) && _parts.Book.Find(channelId)?.Stage == ChannelStage.Active))
            {
                LogClosesLost(channelId, _options.CloseLostAfter.TotalSeconds);
                await Watch.WantAsync(channelId, CloseRoute.Automatic);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _parts.Time, cancellationToken);
        }
    }

    // Returns once something may be signed for. A session's budget never comes back: then the node ends.
    private async Task HoldForBudgetAsync(ChannelRecord? channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _budgets.MarkAsync();
            var price = channel?.Terms.PricePerMB ?? _options.MaxPricePerMB;
            if (_budgets.TightestOf(price) is not (var remaining, var standing) || remaining > NeededBytes(channel))
            {
                return;
            }

            var why = BudgetKeeper.Describe(standing);
            LogBudgetSpent(why);
            if (standing.EndsAt is not { } endsAt)
            {
                throw new NodeException(NodeFault.BudgetSpent, why);
            }

            _parts.Progress.Set(NodeState.Idle, why, NodeFault.BudgetSpent);
            var left = endsAt - _parts.Time.GetUtcNow();
            await Task.Delay(left < LongestHold ? left + TimeSpan.FromMilliseconds(1) : LongestHold, _parts.Time, cancellationToken);
        }
    }

    // What must be left for a session to make sense: what is owed already, and the credit, which is held back.
    private ulong NeededBytes(ChannelRecord? channel)
    {
        if (channel is null || StatsOf(channel.ChannelId) is not { } stats)
        {
            return ProtocolConstants.InitialCreditBytes;
        }

        var owed = ByteCounts.RoundUpToKB(stats.OwnBytes);
        return ByteCounts.CreditFor(stats.AgreedBytes) + owed - Math.Min(owed, stats.OwnUnitBytes);
    }

    // Budgets also run out, and periods also turn, within a session.
    private async Task LimitAsync(ChannelId channelId)
    {
        await _budgets.MarkAsync();
        if (_parts.Book.Find(channelId) is { } channel)
        {
            _engines.RaiseCapacity(channelId, channel.CapacityBytes);
            _engines.SeePaid(channelId, channel.PaidBytes);
            _budgets.Limit(channel, limit => _engines.LimitSigning(channelId, limit));
        }
    }

    [LoggerMessage(LogLevel.Warning, "Provider {Provider} was lost for {Seconds} s; going on with another, and keeping channel {ChannelId}")]
    private partial void LogFailsOver(Address provider, double seconds, ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "The provider of channel {ChannelId} was lost for {Seconds} s: closing the channel alone")]
    private partial void LogClosesLost(ChannelId channelId, double seconds);

    // The gateway's word is not enough: the provider's signature is.
    private bool IsProvidersWish(ClosureOffered offered) =>
        _parts.Book.Find(offered.Closure.Closure.ChannelId) is { Stage: ChannelStage.Active } channel
        && channel.Terms.Provider == offered.Signer
        && _parts.Verifier.Verify(offered.Closure.Closure, _parts.Deployment.Domain, offered.Closure.Signature, offered.Signer) == SignatureFault.None;

    [LoggerMessage(LogLevel.Information, "Provider {Provider} has signed an end of channel {ChannelId}; closing it together")]
    private partial void LogClosureOffered(ChannelId channelId, Address provider);

    [LoggerMessage(LogLevel.Warning, "Nothing more is bought: {Why}")]
    private partial void LogBudgetSpent(string why);
}
