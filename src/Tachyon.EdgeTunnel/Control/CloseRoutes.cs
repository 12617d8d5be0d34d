using Tachyon.EdgeTunnel.Journal;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>The words for who takes a close to the chain.</summary>
internal static class CloseRoutes
{
    public const string Automatic = "auto";
    public const string OwnAccount = "own";
    public const string Gateway = "gateway";

    /// <summary>For messages.</summary>
    public const string All = "auto, own or gateway";

    /// <summary>Null for any other word.</summary>
    public static CloseRoute? Parse(string word) => word switch
    {
        Automatic => CloseRoute.Automatic,
        OwnAccount => CloseRoute.OwnAccount,
        Gateway => CloseRoute.Gateway,
        _ => null,
    };
}
