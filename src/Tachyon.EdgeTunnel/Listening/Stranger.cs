using System.Net;

namespace Tachyon.EdgeTunnel.Listening;

/// <summary>A connection whose other end has not said yet who it is or what it wants. Thread safe.</summary>
internal sealed class Stranger : IDisposable
{
    private readonly Strangers _among;
    private readonly CancellationTokenSource _leaving;
    private int _isGone;

    public Stranger(Strangers among, IPAddress origin, CancellationToken stopping)
    {
        _among = among;
        Origin = origin;
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Leaving = _leaving.Token;
    }

    /// <summary>Cancelled when the listener stops, or when the place is needed for somebody else.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>Whom it counts for among strangers: its address, or the network of it that one host may have.</summary>
    public IPAddress Origin { get; }

    /// <summary>What it wants is known, so that its place is not taken away any more; it still counts.</summary>
    public void Speaks() => _among.Keep(this);

    /// <summary>Gives the place back. Once is enough, more does no harm.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGone, 1) == 0)
        {
            _among.Leave(this);
            _leaving.Dispose();
        }
    }

    /// <summary>Takes the place away.</summary>
    public void PutOut()
    {
        try
        {
            // What hangs up on it runs elsewhere: whoever needs the place does not wait for that.
            _ = _leaving.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just left by itself.
        }
    }
}
