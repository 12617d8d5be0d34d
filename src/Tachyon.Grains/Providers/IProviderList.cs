namespace Tachyon.Grains.Providers;

/// <summary>All providers that the storage of this operator knows, a page at a time, whether they are live or not. Wakes none.</summary>
public interface IProviderList
{
    /// <summary>The next providers. A page may hold fewer than asked for, or none, and not be the last.</summary>
    /// <param name="cursor">Where the page before said to go on; null for the first.</param>
    /// <param name="count">How many are wanted, 1 to 1,000.</param>
    Task<ProviderPage> ReadAsync(string? cursor, int count);
}

/// <summary>Some providers.</summary>
/// <param name="Providers">Those that made an offer here, or have channels.</param>
/// <param name="Next">Where to go on; null when these were the last.</param>
public sealed record ProviderPage(IReadOnlyList<Address> Providers, string? Next);
