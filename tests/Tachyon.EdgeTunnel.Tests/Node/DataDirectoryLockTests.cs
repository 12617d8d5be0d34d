using Tachyon.EdgeTunnel.Node;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

public sealed class DataDirectoryLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Acquire_WhileAnotherProcessHoldsIt_IsRefusedAndNamesTheProcess_AndWorksOnceThatDied()
    {
        var data = new DataDirectory(_directory.Path);
        using var child = ChildProcess.Start("hold", _directory.Path);
        Assert.Equal("held", await child.ReadLineAsync());

        var fault = Assert.Throws<DataDirectoryInUseException>(() => DataDirectoryLock.Acquire(data));
        Assert.Equal(data.Path, fault.Path);
        Assert.Contains($"process {File.ReadAllText(data.ProcessIdPath)}", fault.Message, StringComparison.Ordinal);

        child.Kill();
        DataDirectoryLock.Acquire(data).Dispose();
    }

    [Fact]
    public void Acquire_TwiceInOneProcess_IsRefused()
    {
        var data = new DataDirectory(_directory.Path);
        using var first = DataDirectoryLock.Acquire(data);

        Assert.Throws<DataDirectoryInUseException>(() => DataDirectoryLock.Acquire(data));
    }

    [Fact]
    public void Acquire_WhereNoDirectoryCanBe_SaysSo()
    {
        var file = _directory.Combine("file");
        File.WriteAllText(file, "");

        var fault = Assert.ThrowsAny<DataDirectoryException>(() => DataDirectoryLock.Acquire(new DataDirectory(Path.Combine(file, "below"))));

        Assert.IsNotType<DataDirectoryInUseException>(fault);
    }
}
