namespace Tachyon.EdgeTunnel.Proxy;

/// <summary>One client's place among those that are negotiating; given back once, at the latest with the client.</summary>
internal sealed class NegotiationSlot(SemaphoreSlim slots) : IDisposable
{
    private int _isFree;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isFree, 1) == 0)
        {
            slots.Release();
        }
    }
}
