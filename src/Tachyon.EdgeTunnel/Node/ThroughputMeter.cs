using System.Collections.Concurrent;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Bytes per second of each channel, over about the last second. Sampled by a timer, read by anyone.</summary>
internal sealed class ThroughputMeter(TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<ChannelId, Sample> _samples = new();

    /// <summary>Notes a channel's count.</summary>
    public void Note(ChannelId channelId, ulong bytes)
    {
        var now = time.GetTimestamp();
        var before = _samples.GetValueOrDefault(channelId);
        if (before is null)
        {
            _samples[channelId] = new Sample(now, bytes, 0);
            return;
        }

        var elapsed = time.GetElapsedTime(before.Timestamp, now);
        if (elapsed >= Least)
        {
            _samples[channelId] = new Sample(now, bytes, (bytes - Math.Min(bytes, before.Bytes)) / elapsed.TotalSeconds);
        }
    }

    public double BytesPerSecond(ChannelId channelId) => _samples.GetValueOrDefault(channelId)?.BytesPerSecond ?? 0;

    private sealed record Sample(long Timestamp, ulong Bytes, double BytesPerSecond);
}
