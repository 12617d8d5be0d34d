namespace Tachyon.Protocol.Datagrams;

/// <summary>Seals the groups of one direction. Not thread-safe.</summary>
public sealed class DatagramSealer : IDisposable
{
    private readonly DatagramLimits _limits;
    private readonly uint _receiver;
    private DatagramKey _key;
    private ulong _nextCounter;
    private ulong? _keySinceMs;

    internal DatagramSealer(DatagramKey key, uint receiver, DatagramLimits limits)
    {
        _key = key;
        _receiver = receiver;
        _limits = limits;
    }

    /// <summary>Groups sealed so far, which is the counter of the next.</summary>
    public ulong NextCounter => _nextCounter;

    /// <summary>How often this side has moved on to the next key.</summary>
    public ulong Rekeys { get; private set; }

    /// <summary>Moves on to the next key where the present one is used up or old. Call before sealing, with a clock that only rises.</summary>
    /// <param name="nowMs">Milliseconds.</param>
    public void Advance(ulong nowMs)
    {
        _keySinceMs ??= nowMs;
        if (_key.ContentBytes < _limits.KeyBytes
            && _key.Groups < _limits.KeyGroups
            && nowMs - _keySinceMs.Value < (ulong)_limits.KeyAge.TotalMilliseconds)
        {
            return;
        }

        var next = _key.Next();
        _key.Dispose();
        _key = next;
        _keySinceMs = nowMs;
        Rekeys++;
    }

    /// <summary>Seals a group.</summary>
    /// <param name="content">What it carries.</param>
    /// <param name="group">Receives the sealed group: <see cref="DatagramLayout.TagBytes"/> longer, and not the same memory.</param>
    /// <param name="count">How many datagrams it is cut into.</param>
    /// <returns>The header of its first datagram; the others differ in their place only.</returns>
    public DatagramHeader Seal(ReadOnlySpan<byte> content, Span<byte> group, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(group.Length, content.Length + DatagramLayout.TagBytes);
        if (count is <= 0 or > DatagramLayout.MaxGroupDatagrams)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A group has 1 to {DatagramLayout.MaxGroupDatagrams} datagrams.");
        }

        // Counted before it is used: whatever happens below, no nonce is used again.
        var header = new DatagramHeader(0, (byte)count, _key.Epoch, _receiver, _nextCounter++);
        Span<byte> bytes = stackalloc byte[DatagramLayout.HeaderBytes];
        header.Write(bytes);
        _key.Seal(header.Counter, content, group, bytes);
        return header;
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
