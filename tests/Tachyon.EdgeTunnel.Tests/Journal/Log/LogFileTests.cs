using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal.Log;

public sealed class LogFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string LogPath => _directory.Combine("journal.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void File_Written_IsReadByTheNext()
    {
        using (var file = LogFile.Open(LogPath))
        {
            var log = RecordLog.Open(file, LogPath, 0, out _);
            Assert.Equal(2, log.Append([new LogEntry(new byte[32], [1]) { Number = 1 }, new LogEntry(new byte[32], [2]) { Number = 2 }], 0));
        }

        using var again = LogFile.Open(LogPath);
        RecordLog.Open(again, LogPath, 0, out var unstored);
        Assert.Equal([[1], [2]], unstored.Select(entry => entry.Record));
        Assert.Equal(LogFile.DefaultBytes, new FileInfo(LogPath).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4_095)]
    [InlineData(LogFile.DefaultBytes - 1)]
    public void File_CutShort_IsRefused(int bytes)
    {
        File.WriteAllBytes(LogPath, new byte[bytes]);

        var fault = Assert.Throws<JournalException>(() => LogFile.Open(LogPath));

        Assert.Contains($"{bytes} bytes instead of", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WhoseMakingWasCutShort_IsMadeAnew()
    {
        File.WriteAllBytes(LogPath + ".new", new byte[100]);

        using var file = LogFile.Open(LogPath);

        Assert.Equal(LogFile.DefaultBytes, new FileInfo(LogPath).Length);
    }
}
