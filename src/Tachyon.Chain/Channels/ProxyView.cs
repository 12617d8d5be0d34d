namespace Tachyon.Chain;

/// <summary>An account in the register of proxies, at one block.</summary>
/// <param name="Standing">where it stands</param>
/// <param name="LeavesAtSeconds">Unix seconds from which a leaving proxy may take its bond; otherwise zero</param>
/// <param name="ActiveLocks">locks that it has confirmed and that are not settled</param>
public sealed record ProxyView(ProxyStanding Standing, ulong LeavesAtSeconds, ulong ActiveLocks)
{
    /// <summary>An account that never registered.</summary>
    public static ProxyView None { get; } = new(ProxyStanding.None, 0, 0);
}
