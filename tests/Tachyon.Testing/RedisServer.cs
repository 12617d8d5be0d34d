using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Tachyon.Testing;

/// <summary>A Redis server of a test's own, set to keep what it acknowledges, on a free port and in a temporary directory.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Binary = "redis-server";

    private readonly TemporaryDirectory _directory;
    private readonly Process _process;

    private RedisServer(TemporaryDirectory directory, Process process, int port)
    {
        _directory = directory;
        _process = process;
        Port = port;
    }

    /// <summary>True when this machine has the program.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, Binary)));

    /// <summary>The port that it listens on, on loopback.</summary>
    public int Port { get; }

    /// <summary>How to reach it, as StackExchange.Redis takes it.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Starts a server and waits until it takes connections.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var directory = new TemporaryDirectory();
        var port = FreePort.Next();
        var start = new ProcessStartInfo(Binary) { RedirectStandardOutput = true, WorkingDirectory = directory.Path };
        string[] settings =
        [
            "--port", $"{port}", "--bind", "127.0.0.1", "--dir", directory.Path, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no",
        ];
        foreach (var setting in settings)
        {
            start.ArgumentList.Add(setting);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{Binary} did not start");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var server = new RedisServer(directory, process, port);
        try
        {
            await Eventually.TrueAsync(server.Answers, $"{Binary} on port {port}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server, and removes what it kept.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private async Task<bool> Answers()
    {
        using var client = new TcpClient();
        try
        {
            // Connections are taken before the server is ready for commands.
            await client.ConnectAsync("127.0.0.1", Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[5];
            await client.GetStream().ReadExactlyAsync(answer);
            return answer.AsSpan().SequenceEqual("+PONG"u8);
        }
        catch (Exception fault) when (fault is SocketException or IOException && !_process.HasExited)
        {
            return false;
        }
    }
}
