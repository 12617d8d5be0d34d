using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Receives the statements that are admitted; one of each gateway, which tells its edges.</summary>
/// <remarks>Best effort: a push may be lost or repeated. A gap in the sequence shows that one was.</remarks>
[Alias("tachyon.IStatementObserver")]
public interface IStatementObserver : IGrainObserver
{
    /// <summary>Statements that are durable in the log.</summary>
    [OneWay]
    [Alias("Published")]
    Task Published(StatementPage page);
}
