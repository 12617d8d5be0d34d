using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>How far a close or a top-up has come, for a bar.</summary>
internal static class ChannelSteps
{
    /// <summary>Signed, on the chain, final.</summary>
    public const int OfClose = 3;

    /// <summary>On the chain, final.</summary>
    public const int OfTopUp = 2;

    public static int DoneOfClose(ChannelDocument channel) => channel switch
    {
        { Phase: "settled" } => OfClose,
        { Close.State: "relaying" } => 1,
        { Close.State: "waiting" } => 2,
        { Close.State: "settled" } => OfClose,
        _ => 0,
    };

    public static int DoneOfTopUp(ChannelDocument channel) => channel.TopUp?.State switch
    {
        "waiting" => 1,
        "done" => OfTopUp,
        _ => 0,
    };
}
