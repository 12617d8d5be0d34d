using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>
/// The control socket: HTTP with JSON over a unix domain socket in the data directory. Whoever may enter the
/// directory may control the node; nothing listens on the network.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _socketPath;

    private ControlServer(WebApplication app, string socketPath)
    {
        _app = app;
        _socketPath = socketPath;
    }

    /// <summary>Starts to answer. The caller holds the directory's lock, so a socket file found there is a leftover.</summary>
    /// <exception cref="DataDirectoryException">The socket cannot be bound.</exception>
    public static async Task<ControlServer> StartAsync(DataDirectory directory, IControlledNode node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(node);
        var socketPath = directory.ControlSocketPath;
        if (!directory.FitsControlSocket)
        {
            throw new DataDirectoryException(directory.Path, $"the path {socketPath} is too long for a unix domain socket; choose a shorter --data");
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, socketPath));
        builder.Services.AddRoutingCore();

        // Signals belong to the command that runs the node: it drains before this server goes.
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        var app = builder.Build();
        Map(app, node);
        try
        {
            File.Delete(socketPath);
            await app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await app.DisposeAsync();
            throw new DataDirectoryException(directory.Path, $"the control socket {socketPath} cannot be opened: {fault.Message}", fault);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new ControlServer(app, socketPath);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        File.Delete(_socketPath);
    }

    private static void Configure(KestrelServerOptions kestrel, string socketPath)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 4_096;
        kestrel.ListenUnixSocket(socketPath);
    }

    private static void Map(WebApplication app, IControlledNode node)
    {
        app.MapGet("/v1/status", () => TypedResults.Json(node.Status(), ControlJson.Default.StatusDocument));
        app.MapGet("/v1/channels", () => TypedResults.Json(
            new ChannelListDocument { Channels = node.Status().Channels }, ControlJson.Default.ChannelListDocument));
        app.MapGet("/v1/channels/{id}", (string id) => WithChannel(id, channelId => Show(node, channelId, StatusCodes.Status200OK)));
        app.MapPost("/v1/channels/{id}/close", (string id) => WithChannel(id, channelId => Close(node, channelId)));
        app.MapPost("/v1/channels/{id}/force-close", (string id, string? via) => ForceCloseAsync(node, id, via));
        app.MapPost("/v1/channels/{id}/top-up", (string id, string? capacityBytes) => WithChannel(id, channelId => TopUp(node, channelId, capacityBytes)));
        app.MapPost("/v1/drain", (CancellationToken aborted) => NewChannelsAsync(node, take: false, aborted));
        app.MapPost("/v1/undrain", (CancellationToken aborted) => NewChannelsAsync(node, take: true, aborted));
        app.MapPost("/v1/stop", () =>
        {
            node.RequestStop();
            return Results.StatusCode(StatusCodes.Status202Accepted);
        });
    }

    private static IResult WithChannel(string id, Func<ChannelId, IResult> answer) =>
        ChannelId.TryParse(id, out var channelId)
            ? answer(channelId)
            : Error(StatusCodes.Status400BadRequest, "badChannelId", $"\"{id}\" is not a channel id (0x and 64 hexadecimal digits)");

    private static IResult Show(IControlledNode node, ChannelId channelId, int statusCode) =>
        node.FindChannel(channelId) is { } channel
            ? TypedResults.Json(channel, ControlJson.Default.ChannelDocument, statusCode: statusCode)
            : Unknown(channelId);

    private static IResult Close(IControlledNode node, ChannelId channelId) =>
        Answer(node, channelId, node.RequestClose(channelId));

    private static async Task<IResult> ForceCloseAsync(IControlledNode node, string id, string? via)
    {
        if (CloseRoutes.Parse(via ?? CloseRoutes.Automatic) is not { } route)
        {
            return Error(StatusCodes.Status400BadRequest, "badRoute", $"\"{via}\" is not {CloseRoutes.All}");
        }

        return ChannelId.TryParse(id, out var channelId)
            ? Answer(node, channelId, await node.RequestForceCloseAsync(channelId, route))
            : WithChannel(id, Unknown);
    }

    private static IResult TopUp(IControlledNode node, ChannelId channelId, string? capacityBytes)
    {
        if (!ulong.TryParse(capacityBytes, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity))
        {
            return Error(StatusCodes.Status400BadRequest, "badCapacity", $"\"{capacityBytes}\" is not the new capacity in bytes");
        }

        var answer = node.RequestTopUp(channelId, capacity);
        return answer.Fault switch
        {
            null => Show(node, channelId, StatusCodes.Status202Accepted),
            "channelUnknown" => Unknown(channelId),
            var fault => Error(StatusCodes.Status409Conflict, fault, answer.Text),
        };
    }

    private static async Task<IResult> NewChannelsAsync(IControlledNode node, bool take, CancellationToken cancellationToken)
    {
        var answer = await node.RequestNewChannelsAsync(take, cancellationToken);
        return answer.IsProvider
            ? TypedResults.Json(new NewChannelsDocument { NewChannels = take, Detail = answer.Detail }, ControlJson.Default.NewChannelsDocument)
            : Error(StatusCodes.Status409Conflict, "notAProvider", "this node buys or watches: only a provider takes channels");
    }

    private static IResult Answer(IControlledNode node, ChannelId channelId, CloseRequestOutcome outcome) => outcome switch
    {
        CloseRequestOutcome.Started => Show(node, channelId, StatusCodes.Status202Accepted),
        CloseRequestOutcome.ChannelUnknown => Unknown(channelId),
        _ => Error(StatusCodes.Status409Conflict, "notClosable", WhyNotClosable(node, channelId)),
    };

    private static string WhyNotClosable(IControlledNode node, ChannelId channelId) =>
        $"channel {channelId} cannot be closed: " + (node.FindChannel(channelId)?.Phase switch
        {
            "intended" => "the chain does not show it yet; wait until it is open",
            "opened" => "the provider has not confirmed it; where it never does, the deposit comes back by itself after the time to confirm",
            "settled" => "it is settled already; what it paid shows under \"settlement\"",
            "declined" => "the provider declined it, and the deposit is back",
            "expired" => "nobody confirmed it in time, and the deposit is back",
            "abandoned" => "it was never opened, so nothing was deposited",
            _ => "it is neither active nor closing",
        });

    private static JsonHttpResult<ControlErrorDocument> Unknown(ChannelId channelId) =>
        Error(StatusCodes.Status404NotFound, "channelUnknown", $"this node knows no channel {channelId}");

    private static JsonHttpResult<ControlErrorDocument> Error(int statusCode, string code, string message) => TypedResults.Json(
        new ControlErrorDocument { Code = code, Message = message }, ControlJson.Default.ControlErrorDocument, statusCode: statusCode);

    private sealed class NoHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
