namespace Tachyon.EdgeTunnel.Tun;

/// <summary>What TUN mode uses of the machine; tests give it networks of their own.</summary>
internal sealed record TunMachine
{
    /// <summary>Makes a device of a name.</summary>
    public Func<string, TunDevice> OpenDevice { get; init; } = TunDevice.Open;

    /// <summary>Sets devices, addresses and routes up.</summary>
    public IpCommand Ip { get; init; } = new();
}
