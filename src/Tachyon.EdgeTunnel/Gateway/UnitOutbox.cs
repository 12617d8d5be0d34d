using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>
/// Units on their way to the silo. Units are cumulative, so each channel keeps only the newest of each side; that bounds
/// the memory by the number of channels, however long the silo is away.
/// </summary>
/// <remarks>Thread-safe. One batch is out at a time.</remarks>
internal sealed class UnitOutbox(TimeProvider time)
{
    /// <summary>More channels than an edge has at once; the bound only guards against a caller gone wrong.</summary>
    public const int MaxChannels = 1_024;

    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelId, Waiting> _channels = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The number of channels with units that the silo has not taken yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _channels.Count;
            }
        }
    }

    /// <summary>Completes at the next change: units added, taken, answered or forgotten.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Adds units, in place of older ones of the same channel. False when there is no room for another channel.</summary>
    public bool Add(ChannelUnits units)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(units.ChannelId, out var waiting))
            {
                if (_channels.Count >= MaxChannels)
                {
                    return false;
                }

                _channels.Add(units.ChannelId, waiting = new Waiting());
            }

            waiting.Consumer = Newer(waiting.Consumer, units.ConsumerUnit);
            waiting.Provider = Newer(waiting.Provider, units.ProviderUnit);
            Signal();
            return true;
        }
    }

    /// <summary>Drops what a channel still has waiting, as when it is settled.</summary>
    public void Forget(ChannelId channelId)
    {
        lock (_lock)
        {
            _channels.Remove(channelId);
            Signal();
        }
    }

    /// <summary>The units to send now; empty when nothing is due. <paramref name="wait"/> is the time until something is, if known.</summary>
    public List<ChannelUnits> Take(out TimeSpan? wait)
    {
        var now = time.GetUtcNow();
        var batch = new List<ChannelUnits>();
        wait = null;
        lock (_lock)
        {
            foreach (var waiting in _channels.Values)
            {
                if (waiting.NotBefore > now)
                {
                    var left = waiting.NotBefore - now;
                    wait = wait is null || left < wait ? left : wait;
                }
                else if (batch.Count < GatewayLimits.MaxUnitsPerBatch)
                {
                    batch.Add(new ChannelUnits(waiting.Consumer, waiting.Provider));
                }
            }
        }

        return batch;
    }

    /// <summary>
    /// Applies the silo's answer to a batch: what is durable there, or refused for good, is dropped; what it cannot judge
    /// yet is sent again later.
    /// </summary>
    public void Apply(IReadOnlyList<ChannelUnits> batch, IReadOnlyList<ChannelUnitsAck> acks)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            for (var i = 0; i < Math.Min(batch.Count, acks.Count); i++)
            {
                if (acks[i].ChannelId == batch[i].ChannelId && _channels.TryGetValue(batch[i].ChannelId, out var waiting))
                {
                    Apply(waiting, batch[i], acks[i], now);
                }
            }

            Signal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static SignedUnit? Newer(SignedUnit? known, SignedUnit? other) =>
        known is null || (other is not null && other.Unit.Index > known.Unit.Index) ? other : known;

    private static SignedUnit? Without(SignedUnit? waiting, ulong lastIndex) => waiting?.Unit.Index <= lastIndex ? null : waiting;

    private static bool IsForLater(RefusalReason refusal) => refusal
        is RefusalReason.UnknownChannel or RefusalReason.WrongPhase or RefusalReason.TimestampAhead or RefusalReason.OutboxFull
            or RefusalReason.TooManyUnknown;

    private void Apply(Waiting waiting, ChannelUnits sent, ChannelUnitsAck ack, DateTimeOffset now)
    {
        // What the silo refuses for good would be refused again: drop it. Otherwise only what it says is durable goes.
        var dropped = ack.Refusal != RefusalReason.None && !IsForLater(ack.Refusal);
        waiting.Consumer = Without(waiting.Consumer, dropped ? sent.ConsumerUnit?.Unit.Index ?? 0 : ack.ConsumerIndex);
        waiting.Provider = Without(waiting.Provider, dropped ? sent.ProviderUnit?.Unit.Index ?? 0 : ack.ProviderIndex);
        if (waiting.Consumer is null && waiting.Provider is null)
        {
            _channels.Remove(sent.ChannelId);
        }
        else if (ReferenceEquals(waiting.Consumer, sent.ConsumerUnit) || ReferenceEquals(waiting.Provider, sent.ProviderUnit))
        {
            waiting.Delay = waiting.Delay == default ? MinRetryDelay : TimeSpan.FromTicks(Math.Min(waiting.Delay.Ticks * 2, MaxRetryDelay.Ticks));
            waiting.NotBefore = now + waiting.Delay;
        }
        else
        {
            waiting.Delay = default;
            waiting.NotBefore = default;
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private sealed class Waiting
    {
        public SignedUnit? Consumer { get; set; }

        public SignedUnit? Provider { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        public TimeSpan Delay { get; set; }
    }
}
