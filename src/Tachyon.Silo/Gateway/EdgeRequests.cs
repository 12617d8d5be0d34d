using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Gateway;

/// <summary>Carries out what an authenticated edge asks. Which handler knows a request is listed here.</summary>
internal sealed class EdgeRequests(
    ProviderRequests providers, ChannelRequests channels, MatchRequests matches, AcceptanceRequests acceptances,
    ReputationRequests reputation, RouteRequests routes)
{
    public Task<GatewayReply> HandleAsync(EdgeSession session, GatewayRequest request) => request switch
    {
        Announce announce => providers.AnnounceAsync(session, announce),
        Heartbeat => providers.HeartbeatAsync(session),
        Withdraw => providers.WithdrawAsync(session),
        Drain drain => providers.DrainAsync(session, drain),
        ConfirmRelay confirm => providers.ConfirmAsync(session, confirm),
        DeclineRelay decline => providers.DeclineAsync(session, decline),
        AcceptanceRequest asked => acceptances.AskAsync(session, asked),
        AcceptanceAnswer answer => acceptances.AnswerAsync(session, answer),
        MatchRequest match => matches.MatchAsync(session, match),
        OpenNotice notice => channels.OpenedAsync(session, notice),
        SubmitUnits units => channels.SubmitUnitsAsync(session, units),
        CloseRelay close => channels.CloseAsync(session, close),
        StartCloseRelay close => channels.StartCloseAsync(session, close),
        ChannelViewRequest view => channels.ViewAsync(session, view),
        PublishStatement statement => reputation.PublishAsync(session, statement),
        StatementsRequest asked => reputation.ReadAsync(asked),
        RouteRequest route => routes.AskAsync(session, route),
        PoolAttach attach => routes.AttachAsync(session, attach),
        RouteReport report => routes.ReportAsync(session, report),
        ClosureRequest closure => channels.SignClosureAsync(session, closure),
        _ => Task.FromResult<GatewayReply>(new GatewayError(GatewayErrorCode.OutOfOrder, $"{request.Kind} is not expected here")),
    };
}
