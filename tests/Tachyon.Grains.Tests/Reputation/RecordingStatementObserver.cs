using System.Collections.Concurrent;

namespace Tachyon.Grains.Tests.Reputation;

/// <summary>Keeps what a gateway would be pushed.</summary>
internal sealed class RecordingStatementObserver : IStatementObserver
{
    public ConcurrentQueue<StatementEntry> Entries { get; } = new();

    public Task Published(StatementPage page)
    {
        foreach (StatementEntry entry in page.Entries)
        {
            Entries.Enqueue(entry);
        }

        return Task.CompletedTask;
    }
}
