namespace Tachyon.Demo;

/// <summary>What the command line asked for.</summary>
/// <param name="Megabytes">Size of the download in MB (1,000,000 bytes).</param>
/// <param name="Keep">Leave every process running and print where it is.</param>
/// <param name="PortBase">First of the ports that the demo listens on.</param>
/// <param name="Route">Go by a route: through a relay to an exit, paid through a proxy.</param>
internal sealed record DemoOptions(int Megabytes, bool Keep, int PortBase, bool Route = false)
{
    public const int DefaultMegabytes = 200;
    public const int DefaultRouteMegabytes = 50;
    public const int MaxMegabytes = 100_000;
    public const int DefaultPortBase = 18_540;
    public const int MaxPortBase = 65_527;

    public long Bytes => Megabytes * 1_000_000L;
}
