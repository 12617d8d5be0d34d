namespace Tachyon.EdgeTunnel.Config;

/// <summary>
/// One setting of the node: its place in the configuration file and its option on the command line.
/// </summary>
/// <param name="Key">The dotted path in the configuration file, e.g. <c>provide.listen</c>.</param>
/// <param name="Option">The command line option, e.g. <c>--listen</c>.</param>
/// <param name="ValueName">What stands for the value in the help, e.g. <c>HOST:PORT</c>.</param>
/// <param name="Description">Effect, unit, bounds and default, for the help.</param>
/// <param name="Many">Whether it may be given several times (an array in the file).</param>
internal sealed record Setting(string Key, string Option, string ValueName, string Description, bool Many = false);
