namespace Tachyon.EdgeTunnel.Exit;

/// <summary>Which ports an exit reaches, TCP and UDP alike.</summary>
internal sealed class PortRule
{
    private readonly bool[] _allowed = new bool[ushort.MaxValue + 1];

    private PortRule(IReadOnlyCollection<PortRange> allowed, IReadOnlyCollection<PortRange> refused)
    {
        Set(allowed.Count == 0 ? [new PortRange(1, ushort.MaxValue)] : allowed, true);
        Set(refused, false);
    }

    /// <summary>All ports but 25: an open relay for mail ruins the provider's address within a day.</summary>
    public static PortRule Default { get; } = Of([], null);

    /// <summary>A rule.</summary>
    /// <param name="allowed">The only ports that are allowed; empty for all.</param>
    /// <param name="refused">Those of them that are not; null for 25.</param>
    public static PortRule Of(IReadOnlyCollection<PortRange> allowed, IReadOnlyCollection<PortRange>? refused) =>
        new(allowed, refused ?? [new PortRange(25, 25)]);

    public bool Allows(int port) => port is > 0 and <= ushort.MaxValue && _allowed[port];

    private void Set(IEnumerable<PortRange> ranges, bool value)
    {
        foreach (var (first, last) in ranges)
        {
            Array.Fill(_allowed, value, first, last - first + 1);
        }
    }
}
