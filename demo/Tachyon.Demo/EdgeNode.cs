using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Tachyon.Demo;

/// <summary>An edge process with a data directory and a key of its own, watched through its control socket.</summary>
internal sealed class EdgeNode : IDisposable
{
    private readonly string binary;
    private readonly string directory;
    private readonly string passwordFile;
    private readonly HttpClient control;
    private ManagedProcess? process;

    private EdgeNode(string name, string binary, string directory, string passwordFile, Address address)
    {
        Name = name;
        Address = address;
        this.binary = binary;
        this.directory = directory;
        this.passwordFile = passwordFile;
        control = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://control") };
    }

    public string Name { get; }

    public Address Address { get; }

    public string DataDirectory => directory;

    public string PasswordPath => passwordFile;

    /// <summary>Makes a data directory with a new key, protected by a random password.</summary>
    public static async Task<EdgeNode> CreateAsync(string name, string directory, CancellationToken stop)
    {
        var binary = Build.Binary("src/Tachyon.EdgeTunnel", "tachyon-edge");
        var (passwordFile, _) = await PasswordFile.WriteAsync(directory, stop);
        var output = await Command.RunAsync(
            $"making the {name}'s key", binary, ["keys", "new", "--data", directory, "--password-file", passwordFile, "--json"], stop);
        var address = JsonDocument.Parse(output).RootElement.GetProperty("address").GetString()!;
        return new EdgeNode(name, binary, directory, passwordFile, Address.Parse(address));
    }

    /// <summary>Starts the process with <paramref name="arguments"/> and waits for its control socket to show it serving.</summary>
    public Task StartAsync(ProcessGroup processes, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        Launch(processes, arguments);
        return WaitUntilAsync("served", status => status is { State: "serving", Gateway.State: "connected" }, stop);
    }

    /// <summary>Starts the process with <paramref name="arguments"/>.</summary>
    public void Launch(ProcessGroup processes, IReadOnlyList<string> arguments) => process = processes.Start(
        $"the {Name}", Path.Combine(directory, "edge.log"), binary, [.. arguments, "--data", directory, "--password-file", passwordFile]);

    /// <summary>Waits until the process shows a status that <paramref name="fits"/>.</summary>
    public Task WaitUntilAsync(string what, Func<EdgeStatus, bool> fits, CancellationToken stop, TimeSpan? limit = null) => process!.WaitUntilAsync(
        what, limit ?? TimeSpan.FromSeconds(90), async token => await TryGetStatusAsync(token) is { } status && fits(status), stop);

    /// <summary>The edge's status; null while it does not answer.</summary>
    public async Task<EdgeStatus?> TryGetStatusAsync(CancellationToken stop)
    {
        try
        {
            return await control.GetFromJsonAsync<EdgeStatus>("/v1/status", EdgeStatus.Json, stop);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Makes a request of the control socket that changes something.</summary>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    public Task<HttpResponseMessage> PostAsync(string path, CancellationToken stop) => control.PostAsync(new Uri(path, UriKind.Relative), null, stop);

    /// <summary>Asks for the cooperative close of a channel and waits until it is settled on chain.</summary>
    public async Task CloseAsync(string channelId, CancellationToken stop)
    {
        using var answer = await PostAsync($"/v1/channels/{channelId}/close", stop);
        if (!answer.IsSuccessStatusCode)
        {
            throw new DemoFailure($"the {Name} refused to close the channel: {await answer.Content.ReadAsStringAsync(stop)}");
        }

        await WaitUntilSettledAsync(channelId, stop);
    }

    /// <summary>Waits until the edge shows the channel as settled.</summary>
    public Task WaitUntilSettledAsync(string channelId, CancellationToken stop) => process!.WaitUntilAsync(
        "noticed that the channel is settled",
        TimeSpan.FromSeconds(60),
        async token => await TryGetStatusAsync(token) is { } status && IsSettled(status.Channels.First(c => c.ChannelId == channelId)),
        stop);

    /// <summary>Stops the process with a signal, as a service manager does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await process!.StopAsync();
        return process.ExitCode;
    }

    /// <summary>SIGKILL: nothing in the process runs any more.</summary>
    public Task KillAsync() => process!.KillAsync();

    public void Dispose() => control.Dispose();

    private static bool IsSettled(EdgeChannel channel) => channel.Close is { State: "failed" } failed
        ? throw new DemoFailure($"the channel could not be closed: {failed.Detail}")
        : channel.Phase == "settled";

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(directory, "control.sock")), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
