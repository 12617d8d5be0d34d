namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary>What a command prints, and the moment at which it prints a line that a test waits for.</summary>
internal sealed class AwaitedLine(string text) : StringWriter
{
    private readonly TaskCompletionSource _printed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a line with the text was printed.</summary>
    public Task Printed => _printed.Task;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(text, StringComparison.Ordinal) == true)
        {
            _printed.TrySetResult();
        }
    }
}
