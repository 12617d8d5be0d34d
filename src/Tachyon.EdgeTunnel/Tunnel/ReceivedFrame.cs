using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What came out of a transport: a frame, the end of the connection, or bytes that are no frame.</summary>
/// <remarks>The memory is only good until the transport is asked for the next frame.</remarks>
internal readonly struct ReceivedFrame
{
    private ReceivedFrame(ReceiveStatus status, FrameError error, FrameHeader header, ReadOnlyMemory<byte> unitSection, ReadOnlyMemory<byte> payload)
    {
        Status = status;
        Error = error;
        Header = header;
        UnitSection = unitSection;
        Payload = payload;
    }

    public ReceiveStatus Status { get; }

    /// <summary>What is wrong with the bytes; <see cref="FrameError.Truncated"/> when the connection was cut.</summary>
    public FrameError Error { get; }

    public FrameHeader Header { get; }

    /// <summary>121 bytes, or empty when the frame carries no unit.</summary>
    public ReadOnlyMemory<byte> UnitSection { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    public static ReceivedFrame Frame(FrameHeader header, ReadOnlyMemory<byte> frame) => new(
        ReceiveStatus.Frame,
        FrameError.None,
        header,
        header.HasUnit ? frame.Slice(FrameLayout.HeaderBytes, FrameLayout.UnitSectionBytes) : default,
        frame.Slice(header.PrefixBytes, header.PayloadBytes));

    public static ReceivedFrame Ended(bool cut) =>
        new(ReceiveStatus.Ended, cut ? FrameError.Truncated : FrameError.None, default, default, default);

    public static ReceivedFrame Malformed(FrameError error) => new(ReceiveStatus.Malformed, error, default, default, default);
}

/// <summary>What a transport came back with.</summary>
internal enum ReceiveStatus
{
    /// <summary>A frame.</summary>
    Frame = 1,

    /// <summary>The peer closed the connection.</summary>
    Ended = 2,

    /// <summary>The peer sent what is no frame.</summary>
    Malformed = 3,
}
