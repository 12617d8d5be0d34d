namespace Tachyon.Protocol.Datagrams;

/// <summary>What became of a group.</summary>
public enum DatagramOutcome
{
    /// <summary>The peer sealed it for this side, and it was not seen before.</summary>
    Opened = 1,

    /// <summary>Seen before, or too old to tell.</summary>
    Replayed = 2,

    /// <summary>Not what the peer sealed for this side.</summary>
    Forged = 3,

    /// <summary>Under a key that this side has left behind, or that is not due yet.</summary>
    UnknownKey = 4,

    /// <summary>The peer used one key for more than is allowed.</summary>
    KeyUsedUp = 5,
}

/// <summary>
/// Opens the groups of one direction, each once, in whatever order they come. Not thread-safe. What is refused changes nothing.
/// </summary>
/// <remarks>
/// The key before the present one is kept for what is late, until everything under it is too old for the replay window anyway.
/// </remarks>
public sealed class DatagramOpener : IDisposable
{
    private readonly DatagramLimits _limits;
    private readonly ReplayWindow _window = new();
    private readonly uint _receiver;
    private DatagramKey? _previous;
    private DatagramKey _current;
    private DatagramKey _next;
    private ulong _currentFrom;

    internal DatagramOpener(DatagramKey key, uint receiver, DatagramLimits limits)
    {
        _receiver = receiver;
        _limits = limits;
        _current = key;
        _next = key.Next();
        _current.ForgetSecret();
    }

    /// <summary>The highest counter opened so far, and one more; zero before the first.</summary>
    public ulong End => _window.End;

    /// <summary>Groups opened so far.</summary>
    public ulong Opened { get; private set; }

    /// <summary>Groups that the peer has sent, as far as is known, and that have not come.</summary>
    public ulong Missing => End - Opened;

    /// <summary>How often the peer has moved on to the next key.</summary>
    public ulong Rekeys { get; private set; }

    /// <summary>Whether a group of this number may still come: spares the work for what is surely refused.</summary>
    public bool MayOpen(in DatagramHeader header) => header.Receiver == _receiver && _window.IsNew(header.Counter);

    /// <summary>Opens a group in place.</summary>
    /// <param name="header">The header of any of its datagrams.</param>
    /// <param name="group">The parts in their order. On <see cref="DatagramOutcome.Opened"/> all but its last
    /// <see cref="DatagramLayout.TagBytes"/> is the content; otherwise it is of no use.</param>
    public DatagramOutcome Open(in DatagramHeader header, Span<byte> group)
    {
        if (group.Length < DatagramLayout.TagBytes || header.Receiver != _receiver)
        {
            return DatagramOutcome.Forged;
        }

        if (!_window.IsNew(header.Counter))
        {
            return DatagramOutcome.Replayed;
        }

        var key = header.Epoch == _current.Epoch ? _current
            : header.Epoch == _next.Epoch ? _next
            : header.Epoch == _previous?.Epoch ? _previous
            : null;
        if (key is null)
        {
            return DatagramOutcome.UnknownKey;
        }

        if (key.ContentBytes > _limits.MostBytes)
        {
            return DatagramOutcome.KeyUsedUp;
        }

        Span<byte> bytes = stackalloc byte[DatagramLayout.HeaderBytes];
        (header with { Place = 0 }).Write(bytes);
        if (!key.TryOpen(header.Counter, group[..^DatagramLayout.TagBytes], group[^DatagramLayout.TagBytes..], bytes))
        {
            return DatagramOutcome.Forged;
        }

        _window.Add(header.Counter);
        Opened++;
        if (ReferenceEquals(key, _next))
        {
            MoveOn(header.Counter);
        }
        else if (_previous is not null && _window.End > _currentFrom + ReplayWindow.Size)
        {
            _previous.Dispose();
            _previous = null;
        }

        return DatagramOutcome.Opened;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _previous?.Dispose();
        _current.Dispose();
        _next.Dispose();
    }

    private void MoveOn(ulong counter)
    {
        _previous?.Dispose();
        _previous = _current;
        _current = _next;
        _next = _current.Next();
        _current.ForgetSecret();
        _currentFrom = counter;
        Rekeys++;
    }
}
