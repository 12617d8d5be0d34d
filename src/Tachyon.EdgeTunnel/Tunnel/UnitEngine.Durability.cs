using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>Nothing signed leaves before it is durable: the way from a record to what may be sent.</content>
internal abstract partial class UnitEngine
{
    private const int RecordsPerSnapshot = 1_000;

    private int _ownUnderWay;

    /// <summary>
    /// Whether a unit of this side is on its way to the disk. Another one could not leave before it either, and only the
    /// newest is sent: signing meanwhile would cost both sides work that nobody sees.
    /// </summary>
    protected bool IsOwnUnderWay => _ownUnderWay > 0;

    /// <summary>Hands a record to the journal. What was signed with it, and evidence, come up once it is durable.</summary>
    /// <param name="record">The record.</param>
    /// <param name="effects">What is to be done where it is durable at once.</param>
    /// <param name="own">The unit of this side that was signed with it.</param>
    /// <param name="peer">The unit of the other side that was taken with it.</param>
    /// <param name="mayWait">Whether nothing leaves on it, so that it may ride with the next record.</param>
    protected void Append(
        LedgerRecord record, ref EngineEffects effects, SignedUnit? own = null, SignedUnit? peer = null, bool mayWait = false) =>
        Append(record, new DurableStep(own, peer, null, null, RecoverableBytes(peer)), ref effects, mayWait);

    /// <summary>Hands over the record of a dispute or contradiction, after which the session ends.</summary>
    protected void AppendLast(LedgerRecord record, SignedUnit? own, SignedUnit? peer, string detail, ref EngineEffects effects) =>
        Append(record, new DurableStep(own, peer, null, detail, KeptBytes), ref effects);

    /// <summary>Hands over the record of a signed closure, which is sent once it is durable.</summary>
    protected void Append(LedgerRecord record, SignedClosure closure, ref EngineEffects effects) =>
        Append(record, new DurableStep(null, null, closure, null, KeptBytes), ref effects);

    /// <summary>Sends the own closure again, if it is durable; one that is not yet is sent by itself.</summary>
    protected void Resend(SignedClosure closure, ref EngineEffects effects)
    {
        if (_durableOwnClosure?.Closure == closure.Closure)
        {
            effects.Closure = _durableOwnClosure;
        }
    }

    /// <summary>Sends a unit again, if it is durable; one that is not yet becomes due by itself.</summary>
    protected void Resend(SignedUnit? unit, ref EngineEffects effects)
    {
        if (unit is not null && unit.Unit.Index <= _durableOwn?.Unit.Index)
        {
            _due = _durableOwn;
            effects.UnitIsDue = true;
        }
    }

    /// <summary>Stores the other side's closure; both are complete once it is durable.</summary>
    protected void AppendPeerClosure(SignedClosure closure, ref EngineEffects effects)
    {
        var durable = _journal.AppendPeerClosureAsync(Channel.ChannelId, closure);
        if (durable.IsCompletedSuccessfully)
        {
            OnPeerClosureDurable(closure, ref effects);
        }
        else
        {
            _ = AwaitPeerClosureAsync(durable, closure);
        }
    }

    /// <summary>A unit of this side is durable.</summary>
    protected virtual void OnOwnDurable(ref EngineEffects effects)
    {
    }

    /// <summary>Both closures are durable.</summary>
    protected abstract void OnBothClosed(ref EngineEffects effects);

    private void Append(LedgerRecord record, DurableStep step, ref EngineEffects effects, bool mayWait = false)
    {
        if (_broken)
        {
            return;
        }

        _handedOverBytes = Math.Max(_handedOverBytes, step.KeptBytes);
        if (step.Own is not null)
        {
            _unitsSigned++;
            _ownUnderWay++;
        }

        var durable = _journal.AppendAsync(Channel.ChannelId, record, mayWait);
        if (durable.IsCompletedSuccessfully)
        {
            OnDurable(step, ref effects);
        }
        else
        {
            _ = AwaitAsync(durable, step);
        }

        if (++_recordsSinceSnapshot >= RecordsPerSnapshot)
        {
            Snapshot();
        }
    }

    private void Snapshot()
    {
        _recordsSinceSnapshot = 0;
        var durable = SaveSnapshotAsync(_journal);
        if (!durable.IsCompletedSuccessfully)
        {
            _ = AwaitAsync(durable, default);
        }
    }

    private async Task AwaitAsync(ValueTask durable, DurableStep step)
    {
        if (await TryAwaitAsync(durable))
        {
            var effects = default(EngineEffects);
            lock (Lock)
            {
                OnDurable(step, ref effects);
            }

            if (!effects.IsBrief)
            {
                // The journal's thread sends units. All else may take longer.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            effects.Apply(Host, this);
        }
    }

    private async Task AwaitPeerClosureAsync(ValueTask durable, SignedClosure closure)
    {
        if (await TryAwaitAsync(durable))
        {
            var effects = default(EngineEffects);
            lock (Lock)
            {
                OnPeerClosureDurable(closure, ref effects);
            }

            effects.Apply(Host, this);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryAwaitAsync(ValueTask durable)
    {
        try
        {
            // Yields in any case: the caller holds the engine's lock, and what follows must not.
            await new Later(durable);
            return true;
        }
#pragma warning disable CA1031 // However the journal fails: nothing signed may leave, and the ledger is loaded anew.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _broken = true;
            LogJournalFailed(e, Channel.ChannelId);
            Host?.Fail(GoodbyeReason.InternalError, $"the journal failed: {e.Message}");
            return false;
        }
    }

    private void OnDurable(in DurableStep step, ref EngineEffects effects)
    {
        _ownUnderWay -= step.Own is null ? 0 : 1;
        if (step.Own is { } own && own.Unit.Index > (_durableOwn?.Unit.Index ?? 0))
        {
            _durableOwn = own;
            if (Host is not null)
            {
                _due = own;
                effects.UnitIsDue = true;
            }
        }

        if (step.Peer is { } peer && peer.Unit.Index > (_durablePeer?.Unit.Index ?? 0))
        {
            _durablePeer = peer;
        }

        if (step.Own is not null || step.Peer is not null)
        {
            effects.Evidence = new ChannelEvidence(_durableOwn, _durablePeer);
        }

        if (step.Closure is { } closure && closure.Closure == OwnClosure?.Closure)
        {
            _durableOwnClosure = closure;
            effects.Closure = closure;
            CompleteClosures(ref effects);
        }

        OnCountsDurable(step.KeptBytes, ref effects);
        if (step.Own is not null)
        {
            OnOwnDurable(ref effects);
        }

        if (step.IsLast)
        {
            ReleaseMark();
        }

        if (step.LastDetail is { } detail)
        {
            effects.End(GoodbyeReason.Dispute, inOrder: false, detail);
        }
    }

    private void OnPeerClosureDurable(SignedClosure closure, ref EngineEffects effects)
    {
        _peerClosure = closure;
        CompleteClosures(ref effects);
    }

    private void CompleteClosures(ref EngineEffects effects)
    {
        if (_durableOwnClosure is { } own && _peerClosure is { } peer && own.Closure == peer.Closure)
        {
            effects.Closed = (own, peer);
            OnBothClosed(ref effects);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Unit {Index} of channel {ChannelId} is refused: {Fault}")]
    private partial void LogUnitRefused(ChannelId channelId, ulong index, UnitFault fault);

    [LoggerMessage(2, LogLevel.Critical, "The journal failed for channel {ChannelId}; nothing signed leaves")]
    private partial void LogJournalFailed(Exception exception, ChannelId channelId);

    [LoggerMessage(3, LogLevel.Warning, "A closure of channel {ChannelId} is refused: {Reason}")]
    private partial void LogClosureRefused(ChannelId channelId, string reason);

    /// <summary>What may happen once a record is durable.</summary>
    private readonly record struct DurableStep(
        SignedUnit? Own, SignedUnit? Peer, SignedClosure? Closure, string? LastDetail, ulong KeptBytes, bool IsLast = false);
}
