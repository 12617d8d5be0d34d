using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>How a path treats what it cannot carry at once.</summary>
internal sealed record PacketLinkOptions
{
    /// <summary>The largest packet; larger ones of the peer are dropped.</summary>
    public int MtuBytes { get; init; } = 1420;

    /// <summary>How long a key is used.</summary>
    public DatagramLimits Limits { get; init; } = DatagramLimits.Standard;

    /// <summary>Most bytes that wait in each direction for units to be answered; a full TCP window is about as large.</summary>
    public int HoldBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>A consumer that has received so much without sending anything shows that it is there.</summary>
    public int SignOfLifeBytes { get; init; } = 64 * 1024;

    /// <summary>A consumer that has sent nothing for so long shows that it is there; well below what the provider pauses after.</summary>
    public TimeSpan SignOfLifeInterval { get; init; } = TimeSpan.FromMilliseconds(300);
}
