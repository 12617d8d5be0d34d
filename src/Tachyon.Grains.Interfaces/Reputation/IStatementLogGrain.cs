namespace Tachyon.Grains;

/// <summary>
/// All statements that this operator's silos have admitted, numbered in the order in which they became durable, so that whoever
/// was away knows what it missed. One for all: each statement needs a channel that paid something, so they are few.
/// </summary>
[Alias("tachyon.IStatementLogGrain")]
public interface IStatementLogGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Adds an admitted statement and pushes it to the observers; answers with its sequence once it is durable. One that is
    /// among the last ones already is not added again. The entry's own sequence is ignored.
    /// </summary>
    [Alias("Append")]
    Task<ulong> Append(StatementEntry entry);

    /// <summary>The entries after a sequence, at most a page.</summary>
    [Alias("Read")]
    Task<StatementPage> Read(ulong after);

    /// <summary>
    /// Pushes what is appended later to the observer, until it is unsubscribed or not renewed for five minutes. Answers as
    /// <see cref="Read"/> does, so that a renewal also finds out what a lost push brought.
    /// </summary>
    [Alias("Subscribe")]
    Task<StatementPage> Subscribe(IStatementObserver observer, ulong after);

    /// <summary>Ends the pushes to the observer. Unknown observers are ignored.</summary>
    [Alias("Unsubscribe")]
    Task Unsubscribe(IStatementObserver observer);
}
