using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Tachyon.Protocol.Gateway;

namespace Tachyon.SiloLoad;

/// <summary>One provider that hands in the units of its channels. Every acknowledgement is checked against what was sent.</summary>
internal sealed class EdgeLoad : IDisposable
{
    private readonly Fleet _fleet;
    private readonly UnitBook _units;
    private readonly int _stepsPerChannel;
    private readonly int[] _channels;
    private readonly EdgeLink _link;
    private readonly ConcurrentDictionary<uint, InFlight> _inFlight = new();
    private readonly byte[] _message;
    private int _nextStep;
    private long _acknowledgedUnits;

    private EdgeLoad(Fleet fleet, UnitBook units, int stepsPerChannel, int[] channels, EdgeLink link)
    {
        _fleet = fleet;
        _units = units;
        _stepsPerChannel = stepsPerChannel;
        _channels = channels;
        _link = link;
        _message = new byte[UnitMessages.RequestLength(GatewayLimits.MaxUnitsPerBatch)];
    }

    /// <summary>Units acknowledged as durable so far.</summary>
    public long AcknowledgedUnits => Volatile.Read(ref _acknowledgedUnits);

    /// <summary>When each message was due and how long until its acknowledgement came, of the last load.</summary>
    public List<(long DueAt, TimeSpan Latency)> Latencies { get; } = [];

    public static async Task<EdgeLoad> ConnectAsync(
        Fleet fleet, UnitBook units, int stepsPerChannel, int provider, Uri gateway, CancellationToken stop) => new(
        fleet,
        units,
        stepsPerChannel,
        [.. fleet.ChannelsOf(provider)],
        await EdgeLink.ConnectAsync(gateway, fleet.Providers[provider], fleet.Domain, stop));

    /// <summary>Hands in units as the pace allows, until told to end or out of units; returns when all are acknowledged.</summary>
    /// <param name="steps">Units of each side and channel in one message.</param>
    /// <param name="pace">When to send.</param>
    /// <param name="isEnding">Whether to stop sending.</param>
    /// <param name="onOutOfUnits">Called when there are no more.</param>
    /// <param name="stop">Cancels everything.</param>
    public async Task RunAsync(int steps, IPace pace, Func<bool> isEnding, Action onOutOfUnits, CancellationToken stop)
    {
        Latencies.Clear();

        // One for each message sent: what the receiver still has to wait for.
        var sent = Channel.CreateUnbounded<uint>();
        var receiving = ReceiveAsync(sent.Reader, pace, stop);
        try
        {
            while (!isEnding())
            {
                if (_nextStep + steps > _stepsPerChannel)
                {
                    onOutOfUnits();
                    break;
                }

                var dueAt = await pace.WaitAsync(stop);
                if (!isEnding())
                {
                    await SendAsync(steps, dueAt, sent.Writer, stop);
                }
            }
        }
        finally
        {
            sent.Writer.Complete();
        }

        await receiving;
    }

    /// <summary>Makes sure that the silo still has everything that it acknowledged.</summary>
    /// <exception cref="LoadFailure">It has not.</exception>
    public static async Task CheckDurableAsync(EdgeLoad before, EdgeLoad after, CancellationToken stop)
    {
        foreach (var channel in before._channels)
        {
            var answer = await after._link.AskAsync(new ChannelViewRequest(before._fleet.Ids[channel]), stop);
            var units = (answer as ChannelViewReply)?.Units;
            var acknowledged = (ulong)before._nextStep;
            if (acknowledged > 0 && (units?.ConsumerUnit?.Unit.Index < acknowledged || units?.ProviderUnit?.Unit.Index < acknowledged || units is null))
            {
                throw new LoadFailure($"unit {acknowledged} was acknowledged; after a kill the silo answers {answer}");
            }
        }
    }

    /// <summary>Whether the silo knows all channels of this provider as active.</summary>
    public async Task<bool> AreActiveAsync(CancellationToken stop)
    {
        foreach (var channel in _channels)
        {
            var answer = await _link.AskAsync(new ChannelViewRequest(_fleet.Ids[channel]), stop);
            if (answer is not ChannelViewReply { Phase: ChannelPhase.Active })
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose() => _link.Dispose();

    private async Task SendAsync(int steps, long dueAt, ChannelWriter<uint> sent, CancellationToken stop)
    {
        var requestId = _link.NextRequestId();
        var length = UnitMessages.WriteRequest(requestId, _fleet, _units, _channels, _nextStep, steps, _message);
        _inFlight[requestId] = new InFlight(_nextStep, steps, dueAt);
        _nextStep += steps;
        await _link.SendAsync(_message.AsMemory(0, length), stop);
        sent.TryWrite(requestId);
    }

    private async Task ReceiveAsync(ChannelReader<uint> sent, IPace pace, CancellationToken stop)
    {
        await foreach (var _ in sent.ReadAllAsync(stop))
        {
            while (true)
            {
                var message = await _link.ReceiveAsync(stop);
                if (UnitMessages.RequestOf(message.Span) is { } requestId && _inFlight.TryRemove(requestId, out var inFlight))
                {
                    Latencies.Add((inFlight.DueAt, Stopwatch.GetElapsedTime(inFlight.DueAt)));
                    UnitMessages.CheckAck(message.Span, _channels.Length, inFlight.FirstStep, inFlight.Steps);
                    Interlocked.Add(ref _acknowledgedUnits, 2L * _channels.Length * inFlight.Steps);
                    pace.OnAcknowledged();
                    break;
                }
            }
        }
    }

    private readonly record struct InFlight(int FirstStep, int Steps, long DueAt);
}
