using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Carries out what was decided. What must survive a crash is durable before it leaves.</content>
internal sealed partial class CloseWatch
{
    // What is left of a permission must suffice for the silo's transaction.
    private const ulong LeastPermissionSeconds = 600;

    private async Task<TimeSpan?> ActAsync(
        ChannelRecord channel, ClosingFacts facts, ClosingStep step, ISettlementChain settlement, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ClosingStep.Rest:
                _progress.TryRemove(channel.ChannelId, out _);
                return null;
            case ClosingStep.Arm:
                await side.EndSessionAsync(channel.ChannelId);
                await closes.SaveAsync(closes.Find(channel.ChannelId)! with { Phase = ForceClosePhase.Armed });
                return TimeSpan.Zero;
            case ClosingStep.Start start:
                Set(channel.ChannelId, Progress(CloseStep.Starting, facts, Find(channel.ChannelId)?.Detail));
                return await StartAsync(channel, facts.Own!, start.Units, settlement, cancellationToken);
            case ClosingStep.Challenge challenge:
                Set(channel.ChannelId, Progress(CloseStep.Challenge, facts, Find(channel.ChannelId)?.Detail));
                LogChallenges(channel.ChannelId, challenge.Unit.Unit.BytesUsed, facts.View.ConsumerBytes, facts.View.ProviderBytes);
                await SendAsync(channel.ChannelId, new ChainCall.Challenge(channel.Terms, challenge.Unit), settlement, cancellationToken);
                return options.RetryInterval;
            case ClosingStep.Wait wait:
                Set(channel.ChannelId, Progress(CloseStep.Challenge, facts, null));
                var left = TimeSpan.FromSeconds(wait.UntilSeconds - Math.Min(wait.UntilSeconds, facts.NowSeconds));
                return left < options.WatchInterval ? left + options.RetryInterval : options.WatchInterval;
            case ClosingStep.Settle:
                Set(channel.ChannelId, Progress(CloseStep.Settling, facts, Find(channel.ChannelId)?.Detail));
                await SendAsync(channel.ChannelId, new ChainCall.Settle(channel.Terms), settlement, cancellationToken);
                return options.RetryInterval;
            case ClosingStep.Ended when Find(channel.ChannelId) is null:
                // Ended by both, or before this node looked.
                return null;
            case ClosingStep.Ended:
                Set(channel.ChannelId, Progress(CloseStep.Waiting, facts, null));
                chain.Nudge();
                return options.RetryInterval;
            case ClosingStep.Impossible impossible:
                Hold(channel.ChannelId, $"the chain shows the channel as {impossible.Status.ToString().ToLowerInvariant()}");
                return options.WatchInterval;
            default:
                throw new InvalidOperationException($"No way to do {step.GetType().Name}.");
        }
    }

    private static CloseProgress Progress(CloseStep step, ClosingFacts facts, string? detail) => new(step, detail)
    {
        Alone = true,
        SettleFromSeconds = facts.View.Status == ChannelStatus.Closing ? facts.View.DeadlineSeconds : 0,
        Expected = facts.View.Status is ChannelStatus.Active or ChannelStatus.Closing
            ? ClosingEvidence.Expected(facts.Role, facts.Terms, facts.View, facts.Units)
            : null,
    };

    private async Task<TimeSpan?> StartAsync(
        ChannelRecord channel, ForceCloseRecord close, UnitsByParty units, ISettlementChain settlement, CancellationToken cancellationToken)
    {
        if (close.Route != CloseRoute.Gateway
            && await SendAsync(
                channel.ChannelId, new ChainCall.StartClose(channel.Terms, units.Consumer, units.Provider), settlement, cancellationToken))
        {
            return options.RetryInterval;
        }

        if (close.Route != CloseRoute.OwnAccount && !IsRelayed(channel.ChannelId))
        {
            await RelayAsync(channel, close, units, cancellationToken);
        }

        return options.RetryInterval;
    }

    private bool IsRelayed(ChannelId channelId) =>
        _relayedAt.TryGetValue(channelId, out var at) && time.GetElapsedTime(at) < options.RelayPatience;

    private async Task RelayAsync(ChannelRecord channel, ForceCloseRecord close, UnitsByParty units, CancellationToken cancellationToken)
    {
        if (gateway.Status.Phase != GatewayPhase.Connected)
        {
            AddHold(channel.ChannelId, $"the gateway cannot relay it: {gateway.Status.Text}");
            return;
        }

        // The silo starts the close with the units that it holds: it gets these before.
        if (units.Consumer is not null || units.Provider is not null)
        {
            gateway.SubmitUnits(new ChannelUnits(units.Consumer, units.Provider));
            await FlushAsync(cancellationToken);
        }

        var permission = await PermitAsync(close);
        var answer = await gateway.AskAsync(
            new StartCloseRelay(channel.ChannelId, permission.ValidUntilSeconds, permission.Signature), cancellationToken);
        if (answer.IsDone)
        {
            _relayedAt[channel.ChannelId] = time.GetTimestamp();
            LogRelayed(channel.ChannelId);
            Hold(channel.ChannelId, "the gateway has taken the close on");
        }
        else
        {
            AddHold(channel.ChannelId, $"the gateway does not relay it: {answer.Text}");
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.UnitsPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await gateway.FlushUnitsAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The close comes first; what is missing can be shown during the challenge period.
        }
    }

    private async Task<ClosePermission> PermitAsync(ForceCloseRecord close)
    {
        if (close.Permission is { } known && known.ValidUntilSeconds > chain.NowSeconds + LeastPermissionSeconds)
        {
            return known;
        }

        var validUntil = chain.NowSeconds + (ulong)options.PermissionValidity.TotalSeconds;
        var permission = new ClosePermission(validUntil, signer.Sign(new Close(close.ChannelId, validUntil), domain));
        await closes.SaveAsync(close with { Permission = permission });
        return permission;
    }

    // Whether it was mined and did what it should. Why not shows in the progress.
    private async Task<bool> SendAsync(ChannelId channelId, ChainCall call, ISettlementChain settlement, CancellationToken cancellationToken)
    {
        var name = call.GetType().Name;
        try
        {
            var sender = senderOf(settlement);
            var outcome = await sender.SendAsync(call, cancellationToken);
            chain.Nudge();
            if (outcome.Succeeded)
            {
                LogSent(name, channelId);
                Hold(channelId, null);
                return true;
            }

            // Most likely somebody was quicker; the newest block tells.
            LogRefused(name, channelId, outcome.Refusal!);
            Hold(channelId, $"the contract refuses {name}: {outcome.Refusal}");
        }
        catch (TransactionTimedOutException fault)
        {
            // Not failed: it may be mined yet. The newest block tells before anything is sent again.
            Hold(channelId, fault.Message);
        }
        catch (Exception fault) when (fault is GasUnaffordableException or TransactionRejectedException)
        {
            LogNotSent(name, channelId, fault.Message);
            Hold(channelId, fault.Message);
        }

        return false;
    }

    private void AddHold(ChannelId channelId, string reason) =>
        Hold(channelId, Find(channelId)?.Detail is { } before && !before.Contains(reason, StringComparison.Ordinal) ? $"{before}; {reason}" : reason);

    [LoggerMessage(LogLevel.Warning, "Closing channel {ChannelId} alone: nothing more is served or signed on it")]
    private partial void LogWanted(ChannelId channelId);

    [LoggerMessage(LogLevel.Information, "{Call} of channel {ChannelId} is mined")]
    private partial void LogSent(string call, ChannelId channelId);

    [LoggerMessage(LogLevel.Information, "{Call} of channel {ChannelId} is refused: {Refusal}")]
    private partial void LogRefused(string call, ChannelId channelId, ContractRefusal refusal);

    [LoggerMessage(LogLevel.Warning, "{Call} of channel {ChannelId} was not sent: {Reason}")]
    private partial void LogNotSent(string call, ChannelId channelId, string reason);

    [LoggerMessage(LogLevel.Information, "The gateway has taken on the close of channel {ChannelId}")]
    private partial void LogRelayed(ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} is closing at {ConsumerBytes} and {ProviderBytes} bytes; showing a unit of {BytesUsed}")]
    private partial void LogChallenges(ChannelId channelId, ulong bytesUsed, ulong consumerBytes, ulong providerBytes);

    [LoggerMessage(LogLevel.Information, "Channel {ChannelId} is settled")]
    private partial void LogSettled(ChannelId channelId);

    [LoggerMessage(LogLevel.Error, "The close of channel {ChannelId} stopped; it is taken up at the next start")]
    private partial void LogFailed(ChannelId channelId, Exception fault);
}
