namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// Puts the datagrams of groups together: at once where all of a group lie behind each other in what was received, else in a
/// place of its own until they are all there. Not thread-safe; its memory is fixed.
/// </summary>
/// <remarks>
/// Nothing is authenticated here: a stranger who sees a group's counter can spoil this group, as one who drops it could, and
/// nothing beyond it.
/// </remarks>
public sealed class GroupAssembly
{
    private const int Slots = 32;
    private const int MaxPartBytes = DatagramLayout.MaxDatagramBytes - DatagramLayout.HeaderBytes;

    private readonly Slot[] _slots = new Slot[Slots];

    /// <summary>Takes the next datagrams out of what was received, up to the next group that is complete.</summary>
    /// <param name="received">Datagrams behind each other; on return what follows the last one taken.</param>
    /// <param name="datagramBytes">The length of each but the last, which may be shorter.</param>
    /// <param name="opener">Tells which groups may still come.</param>
    /// <param name="header">The header of one of the group's datagrams.</param>
    /// <param name="group">The sealed group; good until the next call.</param>
    /// <returns>False when nothing more is complete.</returns>
    public bool TryNext(
        ref Span<byte> received, int datagramBytes, DatagramOpener opener, out DatagramHeader header, out Span<byte> group)
    {
        ArgumentNullException.ThrowIfNull(opener);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(datagramBytes);
        while (!received.IsEmpty)
        {
            var datagram = received[..Math.Min(datagramBytes, received.Length)];
            if (!DatagramHeader.TryRead(datagram, out header) || !opener.MayOpen(header))
            {
                received = received[datagram.Length..];
                continue;
            }

            if (TryTakeRun(received, datagramBytes, header, out group, out var takenBytes))
            {
                received = received[takenBytes..];
                return true;
            }

            received = received[datagram.Length..];
            if (TryAdd(header, datagram[DatagramLayout.HeaderBytes..], out group))
            {
                return true;
            }
        }

        header = default;
        group = default;
        return false;
    }

    // The parts are moved together where they are: no memory but that they came in.
    private static bool TryTakeRun(
        Span<byte> received, int datagramBytes, DatagramHeader first, out Span<byte> group, out int takenBytes)
    {
        group = default;
        takenBytes = Math.Min(datagramBytes, received.Length);
        if (first.Place != 0 || received.Length <= (first.Count - 1) * datagramBytes)
        {
            return false;
        }

        for (var place = 1; place < first.Count; place++)
        {
            var datagram = received[(place * datagramBytes)..];
            if (!DatagramHeader.TryRead(datagram, out var header) || header != first with { Place = (byte)place })
            {
                return false;
            }
        }

        var partBytes = datagramBytes - DatagramLayout.HeaderBytes;
        takenBytes = Math.Min(first.Count * datagramBytes, received.Length);
        var content = received[DatagramLayout.HeaderBytes..takenBytes];
        var length = Math.Min(partBytes, content.Length);
        for (var place = 1; place < first.Count; place++)
        {
            var part = content[(place * datagramBytes)..];
            part = part[..Math.Min(partBytes, part.Length)];
            part.CopyTo(content[length..]);
            length += part.Length;
        }

        group = content[..length];
        return true;
    }

    private bool TryAdd(DatagramHeader header, ReadOnlySpan<byte> part, out Span<byte> group)
    {
        group = default;
        if (part.Length > MaxPartBytes)
        {
            return false;
        }

        ref var slot = ref _slots[header.Counter % Slots];
        slot.Parts ??= new byte[DatagramLayout.MaxGroupBytes];
        if (slot.Missing == 0 || slot.Header.Counter < header.Counter)
        {
            slot.Begin(header);
        }

        if (slot.Header != header with { Place = 0 } || !slot.TryTake(header, part))
        {
            return false;
        }

        if (slot.Missing > 0)
        {
            return false;
        }

        group = slot.Compact();
        return true;
    }

    private struct Slot
    {
        public byte[]? Parts;
        public DatagramHeader Header;
        public int Missing;
        private uint _have;
        private int _partBytes;
        private int _lastBytes;

        public void Begin(in DatagramHeader header)
        {
            Header = header with { Place = 0 };
            Missing = (1 << header.Count) - 1;
            _have = 0;
            _partBytes = 0;
            _lastBytes = 0;
        }

        public bool TryTake(in DatagramHeader header, ReadOnlySpan<byte> part)
        {
            var bit = 1u << header.Place;
            if ((_have & bit) != 0 || !Fits(header, part.Length))
            {
                return false;
            }

            part.CopyTo(Parts.AsSpan(header.Place * MaxPartBytes));
            _have |= bit;
            Missing &= ~(int)bit;
            if (header.IsLast)
            {
                _lastBytes = part.Length;
            }
            else
            {
                _partBytes = part.Length;
            }

            return true;
        }

        public readonly Span<byte> Compact()
        {
            var parts = Parts.AsSpan();
            for (var place = 1; place < Header.Count; place++)
            {
                var length = place == Header.Count - 1 ? _lastBytes : _partBytes;
                parts.Slice(place * MaxPartBytes, length).CopyTo(parts[(place * _partBytes)..]);
            }

            return parts[..(((Header.Count - 1) * _partBytes) + _lastBytes)];
        }

        // All but the last are of one length, the last of no more.
        private readonly bool Fits(in DatagramHeader header, int partBytes) => header.IsLast
            ? _partBytes == 0 || partBytes <= _partBytes
            : (_partBytes == 0 || partBytes == _partBytes) && partBytes >= _lastBytes;
    }
}
