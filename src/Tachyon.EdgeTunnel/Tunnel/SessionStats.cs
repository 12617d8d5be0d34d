namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A snapshot of what a session has carried.</summary>
/// <param name="SentBytes">Payload bytes of data frames sent.</param>
/// <param name="ReceivedBytes">Payload bytes of data frames received and counted.</param>
/// <param name="FramesSent">Frames of any kind sent.</param>
/// <param name="FramesReceived">Frames of any kind received.</param>
/// <param name="Streams">Streams open now.</param>
/// <param name="RoundTripTime">The newest round trip measured; zero before the first.</param>
internal readonly record struct SessionStats(
    long SentBytes,
    long ReceivedBytes,
    long FramesSent,
    long FramesReceived,
    int Streams,
    TimeSpan RoundTripTime);
