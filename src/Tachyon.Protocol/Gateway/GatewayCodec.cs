namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The bytes of gateway messages. One binary WebSocket message holds exactly one of them:
/// <code>
/// offset  size  field
///      0     1  kind (GatewayMessageKind)
///      1     4  request id, big-endian; 0 for pushes and for errors that answer no request
///      5     n  fields, in the order of the record's parameters
/// </code>
/// Integers are big-endian; ids, addresses, hashes and signatures stand as they are; amounts and the chain id take 32
/// bytes; a text is UTF-8 behind a 16-bit length; a list stands behind an 8-bit count; what may be missing, behind a flag byte.
/// </summary>
public static class GatewayCodec
{
    private const int EnvelopeBytes = 5;

    /// <summary>The bytes of a message.</summary>
    /// <param name="requestId">Not zero for requests and replies (an error may have zero), zero for pushes.</param>
    /// <param name="message">What to send.</param>
    /// <exception cref="ArgumentException">The request id does not suit the message, or the message is too long.</exception>
    public static byte[] Encode(uint requestId, GatewayMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!SuitsRequestId(message, requestId))
        {
            throw new ArgumentException($"A message of kind {message.Kind} cannot have the request id {requestId}.", nameof(requestId));
        }

        var writer = new GatewayWriter(EnvelopeBytes + message.SizeHint);
        writer.U8((byte)message.Kind);
        writer.U32(requestId);
        message.WriteBody(writer);
        return writer.Length <= GatewayLimits.MaxMessageBytes
            ? writer.ToArray()
            : throw new ArgumentException(
                $"The message of kind {message.Kind} has {writer.Length} bytes; at most {GatewayLimits.MaxMessageBytes} are allowed.", nameof(message));
    }

    /// <summary>Reads a message. Any input is allowed: what is no message gives a fault, never an exception.</summary>
    /// <param name="bytes">One whole WebSocket message.</param>
    /// <param name="envelope">The message, when the result is <see cref="GatewayDecodeFault.None"/>.</param>
    /// <param name="requestId">The request id as far as it could be read, so that a fault can be answered; else 0.</param>
    public static GatewayDecodeFault TryDecode(ReadOnlySpan<byte> bytes, out GatewayEnvelope? envelope, out uint requestId)
    {
        envelope = null;
        requestId = 0;
        if (bytes.Length > GatewayLimits.MaxMessageBytes)
        {
            return GatewayDecodeFault.TooLong;
        }

        if (bytes.Length < EnvelopeBytes)
        {
            return GatewayDecodeFault.TooShort;
        }

        var reader = new GatewayReader(bytes);
        var kind = (GatewayMessageKind)reader.U8();
        requestId = reader.U32();
        var message = ReadBody(kind, ref reader);
        reader.End();
        if (reader.Failed)
        {
            return reader.Fault;
        }

        if (!SuitsRequestId(message!, requestId))
        {
            return GatewayDecodeFault.BadRequestId;
        }

        envelope = new GatewayEnvelope(requestId, message!);
        return GatewayDecodeFault.None;
    }

    private static bool SuitsRequestId(GatewayMessage message, uint requestId) => message switch
    {
        GatewayError => true,
        GatewayPush => requestId == 0,
        _ => requestId != 0,
    };

    private static GatewayMessage? ReadBody(GatewayMessageKind kind, ref GatewayReader reader)
    {
        switch (kind)
        {
            case GatewayMessageKind.Hello: return Hello.Read(ref reader);
            case GatewayMessageKind.Authenticate: return Authenticate.Read(ref reader);
            case GatewayMessageKind.Announce: return Announce.Read(ref reader);
            case GatewayMessageKind.Heartbeat: return Heartbeat.Read(ref reader);
            case GatewayMessageKind.Withdraw: return Withdraw.Read(ref reader);
            case GatewayMessageKind.Drain: return Drain.Read(ref reader);
            case GatewayMessageKind.MatchRequest: return MatchRequest.Read(ref reader);
            case GatewayMessageKind.OpenNotice: return OpenNotice.Read(ref reader);
            case GatewayMessageKind.ConfirmRelay: return ConfirmRelay.Read(ref reader);
            case GatewayMessageKind.DeclineRelay: return DeclineRelay.Read(ref reader);
            case GatewayMessageKind.SubmitUnits: return SubmitUnits.Read(ref reader);
            case GatewayMessageKind.CloseRelay: return CloseRelay.Read(ref reader);
            case GatewayMessageKind.StartCloseRelay: return StartCloseRelay.Read(ref reader);
            case GatewayMessageKind.ChannelViewRequest: return ChannelViewRequest.Read(ref reader);
            case GatewayMessageKind.AcceptanceRequest: return AcceptanceRequest.Read(ref reader);
            case GatewayMessageKind.AcceptanceAnswer: return AcceptanceAnswer.Read(ref reader);
            case GatewayMessageKind.PublishStatement: return PublishStatement.Read(ref reader);
            case GatewayMessageKind.StatementsRequest: return StatementsRequest.Read(ref reader);
            case GatewayMessageKind.RouteRequest: return RouteRequest.Read(ref reader);
            case GatewayMessageKind.PoolAttach: return PoolAttach.Read(ref reader);
            case GatewayMessageKind.RouteReport: return RouteReport.Read(ref reader);
            case GatewayMessageKind.ClosureRequest: return ClosureRequest.Read(ref reader);
            case GatewayMessageKind.Challenge: return Challenge.Read(ref reader);
            case GatewayMessageKind.Welcome: return Welcome.Read(ref reader);
            case GatewayMessageKind.Accepted: return Accepted.Read(ref reader);
            case GatewayMessageKind.Refused: return Refused.Read(ref reader);
            case GatewayMessageKind.MatchResult: return MatchResult.Read(ref reader);
            case GatewayMessageKind.UnitsAck: return UnitsAck.Read(ref reader);
            case GatewayMessageKind.CloseTaken: return CloseTaken.Read(ref reader);
            case GatewayMessageKind.ChannelViewReply: return ChannelViewReply.Read(ref reader);
            case GatewayMessageKind.AcceptanceReply: return AcceptanceReply.Read(ref reader);
            case GatewayMessageKind.StatementsReply: return StatementsReply.Read(ref reader);
            case GatewayMessageKind.RouteGrant: return RouteGrant.Read(ref reader);
            case GatewayMessageKind.RouteReportAck: return RouteReportAck.Read(ref reader);
            case GatewayMessageKind.Error: return GatewayError.Read(ref reader);
            case GatewayMessageKind.ChannelOpened: return ChannelOpened.Read(ref reader);
            case GatewayMessageKind.ClosureOffered: return ClosureOffered.Read(ref reader);
            case GatewayMessageKind.SettlementStatus: return SettlementStatus.Read(ref reader);
            case GatewayMessageKind.CloseAlert: return CloseAlert.Read(ref reader);
            case GatewayMessageKind.AcceptanceAsked: return AcceptanceAsked.Read(ref reader);
            case GatewayMessageKind.MonthAllowance: return MonthAllowance.Read(ref reader);
            case GatewayMessageKind.CloseAsked: return CloseAsked.Read(ref reader);
            case GatewayMessageKind.StatementsPublished: return StatementsPublished.Read(ref reader);
            case GatewayMessageKind.ProxyUnit: return ProxyUnit.Read(ref reader);
            case GatewayMessageKind.RouteCredits: return RouteCredits.Read(ref reader);
            case GatewayMessageKind.RoutesEnded: return RoutesEnded.Read(ref reader);
            case GatewayMessageKind.RouteEnded: return RouteEnded.Read(ref reader);
            default:
                reader.Fail(GatewayDecodeFault.UnknownKind);
                return null;
        }
    }
}
