using System.Collections.Concurrent;

namespace Tachyon.Grains.Tests.Providers;

/// <summary>Remembers what a consumer that asked was told.</summary>
internal sealed class RecordingAcceptanceObserver : IAcceptanceObserver
{
    public ConcurrentQueue<AcceptanceAnswer> Answers { get; } = new();

    public Task Answered(AcceptanceAnswer answer)
    {
        Answers.Enqueue(answer);
        return Task.CompletedTask;
    }
}
