using System.Net;
using System.Net.Sockets;
using System.Text;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Cli;
using Tachyon.Protocol.Identity;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Control;

public sealed class ControlSocketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DataDirectory _data;
    private readonly FakeControlledNode _node = new();

    public ControlSocketTests() => _data = new DataDirectory(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Status_OfARunningNode_ComesOverTheSocketAsItIs()
    {
        await using var server = ControlServer.Start(_data, _node);
        using var client = new ControlClient(_data);

        var status = await client.StatusAsync(default);

        Assert.Equal(("provider", "serving", 7UL), (status.Role, status.State, status.Totals.UnitsSigned));
        Assert.Equal(_node.Known.ToString(), Assert.Single(status.Channels).ChannelId);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_data.ControlSocketPath));
    }

    [Fact]
    public async Task Close_OfAKnownChannel_IsPassedOn_AndOfOthersRefusedWithAWord()
    {
        await using var server = ControlServer.Start(_data, _node);
        using var client = new ControlClient(_data);

        await client.CloseAsync(_node.Known, default);
        Assert.Equal([_node.Known], _node.Closed);

        var unknown = ChannelId.FromBytes(TestChannels.Key(99));
        Assert.Equal("channelUnknown", (await Assert.ThrowsAsync<ControlRefusedException>(() => client.CloseAsync(unknown, default))).Code);
        Assert.Equal("channelUnknown", (await Assert.ThrowsAsync<ControlRefusedException>(() => client.ChannelAsync(unknown, default))).Code);
        _node.CloseOutcome = CloseRequestOutcome.NotClosable;
        Assert.Equal("notClosable", (await Assert.ThrowsAsync<ControlRefusedException>(() => client.CloseAsync(_node.Known, default))).Code);
    }

    [Fact]
    public async Task Drain_OfAProvider_BeginsAndEndsByCommand_AndOfOthersIsRefused()
    {
        await using var server = ControlServer.Start(_data, _node);

        var drain = await CommandRun.OfAsync(["drain", "--data", _data.Path]);
        Assert.Equal((ExitCode.Success, false), (drain.Code, _node.TakesNewChannels));
        Assert.Contains("takes no new ones", drain.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Success, true), ((await CommandRun.OfAsync(["drain", "--end", "--data", _data.Path])).Code, _node.TakesNewChannels));

        _node.IsProvider = false;
        var refused = await CommandRun.OfAsync(["drain", "--data", _data.Path]);
        Assert.Equal(ExitCode.Failure, refused.Code);
        Assert.Contains("only a provider", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\"role\": \"provider\"")]
    [InlineData("GET /v1/channels HTTP/1.1\r\nHost: node\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\"channels\": [")]
    [InlineData("POST /v1/stop HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 202 Accepted\r\n", "Content-Length: 0\r\n")]
    [InlineData("GET /v1/stop HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n", "\"code\": \"wrongMethod\"")]
    [InlineData("POST /v1/status HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n", "asked for with GET")]
    [InlineData("GET /v2/status HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n", "\"code\": \"noSuchRequest\"")]
    [InlineData("GET /v1/channels/7 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "\"code\": \"badChannelId\"")]
    [InlineData("POST /v1/channels/7/force-close?via=mail HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "\"code\": \"badRoute\"")]
    [InlineData("hello there\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "\"code\": \"badRequest\"")]
    [InlineData("POST /v1/stop HTTP/1.1\r\nContent-Length: 5000\r\n\r\n", "HTTP/1.1 413 Content Too Large\r\n", "\"code\": \"tooLarge\"")]
    public async Task Request_AsAnyClientSendsIt_IsAnsweredAndTheConnectionEnds(string request, string first, string holds)
    {
        await using var server = ControlServer.Start(_data, _node);

        var answer = await AskAsync(request);

        Assert.StartsWith(first, answer, StringComparison.Ordinal);
        Assert.Contains(holds, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatTheNodeFailsAt_IsAnswered_AndTheNextOneIsServed()
    {
        await using var server = ControlServer.Start(_data, _node);
        _node.Fault = new InvalidOperationException("the journal is gone");

        Assert.Contains("the journal is gone", await AskAsync("GET /v1/status HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        _node.Fault = null;

        Assert.StartsWith("HTTP/1.1 200", await AskAsync("GET /v1/status HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_ThatSayNothing_NeitherKeepTheServerNorHoldUpOthers()
    {
        var server = ControlServer.Start(_data, _node);
        using var silent = await ConnectAsync();
        using var half = await ConnectAsync();
        await half.SendAsync("GET /v1/sta"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 200", await AskAsync("GET /v1/status HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task Clients_OfAUserWithAProxyForHttp_AskTheNodeAllTheSame()
    {
        // As http_proxy sets it; whoever has this node for a proxy does. For this one name alone, since it is everybody's.
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new ProxyOfControlAlone();
        try
        {
            await using var server = ControlServer.Start(_data, _node);
            using var client = new ControlClient(_data);

            Assert.Equal("provider", (await client.StatusAsync(default)).Role);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task End_WhereTheDirectoryIsGone_IsAnEndLikeAnyOther()
    {
        var data = new DataDirectory(_directory.Combine("node"));
        data.Create();
        var server = ControlServer.Start(data, _node);

        Directory.Delete(data.Path, recursive: true);

        await server.DisposeAsync();
    }

    [Fact]
    public async Task Client_OfANodeThatSaysNothing_IsNotToldThatNoneRuns()
    {
        using var node = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        node.Bind(new UnixDomainSocketEndPoint(_data.ControlSocketPath));
        node.Listen();
        using var client = new ControlClient(_data, TimeSpan.FromMilliseconds(50));

        var fault = await Assert.ThrowsAsync<NodeNotRunningException>(() => client.NewChannelsAsync(take: false, default));

        Assert.Contains("has not answered", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no node runs", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_IsPassedOn()
    {
        await using var server = ControlServer.Start(_data, _node);
        using var client = new ControlClient(_data);

        await client.StopAsync(default);

        Assert.True(_node.StopRequested);
    }

    [Fact]
    public async Task Start_OverTheSocketFileOfACrashedNode_TakesItsPlace()
    {
        await File.WriteAllTextAsync(_data.ControlSocketPath, "left over");

        await using (ControlServer.Start(_data, _node))
        {
            using var client = new ControlClient(_data);
            await client.StatusAsync(default);
        }

        Assert.False(File.Exists(_data.ControlSocketPath));
    }

    [Fact]
    public async Task Start_WhereThePathIsTooLongForASocket_SaysSo()
    {
        var deep = new DataDirectory(_directory.Combine(new string('d', 120)));

        var fault = Assert.Throws<DataDirectoryException>(() => ControlServer.Start(deep, _node));

        Assert.Contains("too long", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("channels", "list")]
    public async Task Commands_WithoutARunningNode_EndWithNotRunning(params string[] command)
    {
        var run = await CommandRun.OfAsync([.. command, "--data", _directory.Path]);

        Assert.Equal(ExitCode.NotRunning, run.Code);
        Assert.Contains(_directory.Path, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_WithARunningNode_PrintForPeopleAndForPrograms()
    {
        await using var server = ControlServer.Start(_data, _node);

        var status = await CommandRun.OfAsync("status", "--data", _directory.Path);
        var list = await CommandRun.OfAsync("channels", "list", "--data", _directory.Path, "--json");
        var show = await CommandRun.OfAsync("channels", "show", _node.Known.ToString()[..10], "--data", _directory.Path);
        var none = await CommandRun.OfAsync("channels", "show", "0xffff", "--data", _directory.Path);
        var close = await CommandRun.OfAsync("channels", "close", _node.Known.ToString(), "--data", _directory.Path);

        Assert.Equal(ExitCode.Success, status.Code);
        Assert.Contains("provider 0x", status.Output, StringComparison.Ordinal);
        Assert.Contains("\"channelId\": \"" + _node.Known, list.Output, StringComparison.Ordinal);
        Assert.Contains(_node.Known.ToString(), show.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", show.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.ChannelUnknown, none.Code);
        Assert.Equal((ExitCode.Success, "settled"), (close.Code, _node.CloseState));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("drain")]
    [InlineData("channels list")]
    [InlineData("channels show CHANNEL")]
    [InlineData("channels close CHANNEL")]
    [InlineData("channels close CHANNEL --no-wait")]
    public async Task Command_WithARunningNode_PrintsOneJsonDocumentAndNothingElse(string command)
    {
        await using var server = ControlServer.Start(_data, _node);

        var run = await CommandRun.OfAsync([.. command.Replace("CHANNEL", _node.Known.ToString(), StringComparison.Ordinal).Split(' '), "--json", "--data", _directory.Path]);

        Assert.Equal((ExitCode.Success, ""), (run.Code, run.Error));
        using var document = System.Text.Json.JsonDocument.Parse(run.Output);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Theory]
    [InlineData("channels top-up CHANNEL 500MB", ExitCode.TopUpFailed)]
    [InlineData("channels show 0xffff", ExitCode.ChannelUnknown)]
    internal async Task Command_RefusedByTheNode_PrintsOneErrorDocument(string command, ExitCode code)
    {
        await using var server = ControlServer.Start(_data, _node);

        var run = await CommandRun.OfAsync([.. command.Replace("CHANNEL", _node.Known.ToString(), StringComparison.Ordinal).Split(' '), "--json", "--data", _directory.Path]);

        Assert.Equal((code, ""), (run.Code, run.Output));
        using var document = System.Text.Json.JsonDocument.Parse(run.Error);
        Assert.Equal((int)code, document.RootElement.GetProperty("exitCode").GetInt32());
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_data.ControlSocketPath));
        return socket;
    }

    private async Task<string> AskAsync(string request)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private sealed class ProxyOfControlAlone : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : new Uri("http://127.0.0.1:1");

        public bool IsBypassed(Uri host) => host.Host != "control";
    }
}
