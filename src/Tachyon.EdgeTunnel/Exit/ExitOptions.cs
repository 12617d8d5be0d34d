namespace Tachyon.EdgeTunnel.Exit;

/// <summary>How a provider's exit connects.</summary>
internal sealed record ExitOptions
{
    /// <summary>How long resolving a name may take.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting may take, over all addresses of a name.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one address is tried alone before the next is tried beside it (RFC 8305).</summary>
    public TimeSpan AttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Most addresses of a name that are tried.</summary>
    public int MaxAddresses { get; init; } = 8;

    /// <summary>Whether UDP is carried at all.</summary>
    public bool CarriesUdp { get; init; } = true;

    /// <summary>How UDP is carried.</summary>
    public UdpExitOptions Udp { get; init; } = new();
}
