namespace Tachyon.Chain;

/// <summary>An account's standing as a proxy; the numbers are the contract's.</summary>
public enum ProxyStanding : byte
{
    /// <summary>No proxy: it may hold direct channels.</summary>
    None = 0,

    /// <summary>Its bond is posted: it may hold locks, and no direct channels.</summary>
    Registered = 1,

    /// <summary>It takes no further locks and waits for its bond.</summary>
    Leaving = 2,
}
