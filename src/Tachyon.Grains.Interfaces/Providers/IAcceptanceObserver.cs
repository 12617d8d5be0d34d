using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Learns what a provider says to an acceptance; implemented by the gateway of the consumer that asked.</summary>
/// <remarks>Best effort: a push may be lost or repeated.</remarks>
[Alias("tachyon.IAcceptanceObserver")]
public interface IAcceptanceObserver : IGrainObserver
{
    /// <summary>The provider's answer; a signature in it was checked.</summary>
    [OneWay]
    [Alias("Answered")]
    Task Answered(AcceptanceAnswer answer);
}
