using System.Globalization;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>What each request to the control socket does (docs/control-socket.md).</summary>
internal sealed class ControlRequests(IControlledNode node)
{
    /// <summary>Does what a request asks for.</summary>
    public async Task<ControlAnswer> AnswerAsync(ControlRequest request, CancellationToken cancellationToken)
    {
        var read = request.Method == "GET";
        return request.Path.Split('/') switch
        {
            ["", "v1", "status"] => read ? ControlAnswer.Of(200, node.Status(), ControlJson.Default.StatusDocument) : WrongMethod(request),
            ["", "v1", "channels"] => read
                ? ControlAnswer.Of(200, new ChannelListDocument { Channels = node.Status().Channels }, ControlJson.Default.ChannelListDocument)
                : WrongMethod(request),
            ["", "v1", "channels", var id] => read ? WithChannel(id, channelId => Show(channelId, 200)) : WrongMethod(request),
            ["", "v1", "channels", _, "close" or "force-close" or "top-up"] or ["", "v1", "drain" or "undrain" or "stop"] =>
                request.Method == "POST" ? await ChangeAsync(request, cancellationToken) : WrongMethod(request),
            _ => ControlAnswer.Refused(404, "noSuchRequest", $"the control socket knows no {request.Path}"),
        };
    }

    private async Task<ControlAnswer> ChangeAsync(ControlRequest request, CancellationToken cancellationToken)
    {
        switch (request.Path.Split('/'))
        {
            case [.., var id, "close"]:
                return WithChannel(id, channelId => Closing(channelId, node.RequestClose(channelId)));
            case [.., var id, "force-close"]:
                return await ForceCloseAsync(id, request.FromQuery("via") ?? CloseRoutes.Automatic);
            case [.., var id, "top-up"]:
                return WithChannel(id, channelId => TopUp(channelId, request.FromQuery("capacityBytes")));
            case [.., "stop"]:
                node.RequestStop();
                return ControlAnswer.Of(202);
            case [.., var change]:
                return await NewChannelsAsync(take: change == "undrain", cancellationToken);
            default:
                throw new ArgumentException($"{request.Path} changes nothing.", nameof(request));
        }
    }

    private static ControlAnswer WithChannel(string id, Func<ChannelId, ControlAnswer> answer) => ChannelId.TryParse(id, out var channelId)
        ? answer(channelId)
        : ControlAnswer.Refused(400, "badChannelId", $"\"{id}\" is not a channel id (0x and 64 hexadecimal digits)");

    private ControlAnswer Show(ChannelId channelId, int status) => node.FindChannel(channelId) is { } channel
        ? ControlAnswer.Of(status, channel, ControlJson.Default.ChannelDocument)
        : Unknown(channelId);

    private async Task<ControlAnswer> ForceCloseAsync(string id, string via)
    {
        if (CloseRoutes.Parse(via) is not { } route)
        {
            return ControlAnswer.Refused(400, "badRoute", $"\"{via}\" is not {CloseRoutes.All}");
        }

        return ChannelId.TryParse(id, out var channelId)
            ? Closing(channelId, await node.RequestForceCloseAsync(channelId, route))
            : WithChannel(id, Unknown);
    }

    private ControlAnswer TopUp(ChannelId channelId, string? capacityBytes)
    {
        if (!ulong.TryParse(capacityBytes, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity))
        {
            return ControlAnswer.Refused(400, "badCapacity", $"\"{capacityBytes}\" is not the new capacity in bytes");
        }

        var answer = node.RequestTopUp(channelId, capacity);
        return answer.Fault switch
        {
            null => Show(channelId, 202),
            "channelUnknown" => Unknown(channelId),
            var fault => ControlAnswer.Refused(409, fault, answer.Text),
        };
    }

    private async Task<ControlAnswer> NewChannelsAsync(bool take, CancellationToken cancellationToken)
    {
        var answer = await node.RequestNewChannelsAsync(take, cancellationToken);
        return answer.IsProvider
            ? ControlAnswer.Of(200, new NewChannelsDocument { NewChannels = take, Detail = answer.Detail }, ControlJson.Default.NewChannelsDocument)
            : ControlAnswer.Refused(409, "notAProvider", "this node buys or watches: only a provider takes channels");
    }

    private ControlAnswer Closing(ChannelId channelId, CloseRequestOutcome outcome) => outcome switch
    {
        CloseRequestOutcome.Started => Show(channelId, 202),
        CloseRequestOutcome.ChannelUnknown => Unknown(channelId),
        _ => ControlAnswer.Refused(409, "notClosable", WhyNotClosable(channelId)),
    };

    private string WhyNotClosable(ChannelId channelId) => $"channel {channelId} cannot be closed: " + (node.FindChannel(channelId)?.Phase switch
    {
        "intended" => "the chain does not show it yet; wait until it is open",
        "opened" => "the provider has not confirmed it; where it never does, the deposit comes back by itself after the time to confirm",
        "settled" => "it is settled already; what it paid shows under \"settlement\"",
        "declined" => "the provider declined it, and the deposit is back",
        "expired" => "nobody confirmed it in time, and the deposit is back",
        "abandoned" => "it was never opened, so nothing was deposited",
        _ => "it is neither active nor closing",
    });

    private static ControlAnswer Unknown(ChannelId channelId) =>
        ControlAnswer.Refused(404, "channelUnknown", $"this node knows no channel {channelId}");

    private static ControlAnswer WrongMethod(ControlRequest request) =>
        ControlAnswer.Refused(405, "wrongMethod", $"{request.Path} is asked for with {(request.Method == "GET" ? "POST" : "GET")}");
}
