namespace Tachyon.Demo;

/// <summary>Everything that was started, stopped in reverse order.</summary>
internal sealed class ProcessGroup
{
    private readonly Stack<ManagedProcess> processes = new();

    /// <summary>Process ids, the last started first: the order to stop them in.</summary>
    public IEnumerable<int> Ids => processes.Select(process => process.Id);

    /// <inheritdoc cref="ManagedProcess.Start"/>
    public ManagedProcess Start(string name, string logPath, string file, IEnumerable<string> arguments)
    {
        var process = ManagedProcess.Start(name, logPath, file, arguments);
        processes.Push(process);
        return process;
    }

    public async Task StopAllAsync()
    {
        while (processes.TryPop(out var process))
        {
            await process.DisposeAsync();
        }
    }
}
