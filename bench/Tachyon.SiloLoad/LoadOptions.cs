namespace Tachyon.SiloLoad;

/// <summary>What the command line asked for.</summary>
/// <param name="Channels">Active channels, five to a provider.</param>
/// <param name="StepsPerChannel">Units of each side that are signed beforehand for each channel; a run ends early when they are used up.</param>
/// <param name="Runs">Fresh silo processes to measure; the medians are reported.</param>
/// <param name="WarmUp">Load before each measured window.</param>
/// <param name="Window">Length of each measured window.</param>
/// <param name="PairsPerMessage">Units of each side and channel in one message of the coalesced load.</param>
/// <param name="PortBase">First of the loopback ports to use.</param>
internal sealed record LoadOptions(
    int Channels, int StepsPerChannel, int Runs, TimeSpan WarmUp, TimeSpan Window, int PairsPerMessage, int PortBase)
{
    public const int ChannelsPerProvider = 5;
}
