namespace Tachyon.EdgeTunnel.Exit;

/// <summary>Which TCP ports an exit connects to.</summary>
internal sealed class PortRule
{
    private readonly bool[] _allowed = new bool[ushort.MaxValue + 1];

    private PortRule(bool allowedByDefault, IEnumerable<int> exceptions)
    {
        Array.Fill(_allowed, allowedByDefault);
        foreach (var port in exceptions)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
            _allowed[port] = !allowedByDefault;
        }

        _allowed[0] = false;
    }

    /// <summary>All ports but 25: an open relay for mail ruins the provider's address within a day.</summary>
    public static PortRule Default { get; } = AllBut(25);

    /// <summary>All ports but these.</summary>
    public static PortRule AllBut(params int[] ports) => new(true, ports);

    /// <summary>These ports only.</summary>
    public static PortRule Only(params int[] ports) => new(false, ports);

    public bool Allows(int port) => port is > 0 and <= ushort.MaxValue && _allowed[port];
}
