namespace Tachyon.Protocol.Gateway;

/// <summary>One message between an edge and a gateway; immutable. <see cref="GatewayCodec"/> gives its bytes.</summary>
public abstract record GatewayMessage
{
    private protected GatewayMessage()
    {
    }

    /// <summary>What the first byte of the message says.</summary>
    public abstract GatewayMessageKind Kind { get; }

    /// <summary>About how many bytes the message takes; a wrong guess costs time only.</summary>
    internal virtual int SizeHint => 256;

    internal abstract void WriteBody(GatewayWriter writer);
}

/// <summary>What an edge asks. Every request gets exactly one reply, under the same request id.</summary>
public abstract record GatewayRequest : GatewayMessage
{
    private protected GatewayRequest()
    {
    }
}

/// <summary>A request with the reply that says yes; <see cref="Refused"/> and <see cref="GatewayError"/> may come instead.</summary>
/// <typeparam name="TReply">The reply when the request was carried out.</typeparam>
public abstract record GatewayRequest<TReply> : GatewayRequest
    where TReply : GatewayReply
{
    private protected GatewayRequest()
    {
    }
}

/// <summary>The gateway's answer to one request.</summary>
public abstract record GatewayReply : GatewayMessage
{
    private protected GatewayReply()
    {
    }
}

/// <summary>What the gateway says without being asked; it has no request id and gets no answer.</summary>
public abstract record GatewayPush : GatewayMessage
{
    private protected GatewayPush()
    {
    }
}
