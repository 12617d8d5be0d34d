using System.Diagnostics.CodeAnalysis;
using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>What became of a request.</summary>
internal enum GatewayOutcome
{
    /// <summary>Carried out; the reply is there.</summary>
    Done = 0,

    /// <summary>The gateway understood and refused.</summary>
    Refused = 1,

    /// <summary>The gateway could not do it now; nothing was done, and the same may be asked again.</summary>
    Unavailable = 2,

    /// <summary>There is no connection; the request was not sent.</summary>
    NotConnected = 3,

    /// <summary>It was sent, but no reply came: it may or may not have been carried out. Every request may be repeated.</summary>
    Unknown = 4,
}

/// <summary>The result of a request to the gateway.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reply">The reply when it was carried out.</param>
/// <param name="Refusal">The reason when it was refused.</param>
/// <param name="Text">For a person: why it was not carried out; empty when it was.</param>
internal sealed record GatewayAnswer<TReply>(GatewayOutcome Outcome, TReply? Reply, RefusalReason Refusal, string Text)
    where TReply : GatewayReply
{
    /// <summary>True when the gateway carried the request out.</summary>
    [MemberNotNullWhen(true, nameof(Reply))]
    public bool IsDone => Outcome == GatewayOutcome.Done;

    public static GatewayAnswer<TReply> From(GatewayReply reply) => reply switch
    {
        TReply done => new(GatewayOutcome.Done, done, RefusalReason.None, ""),
        Refused refused => new(GatewayOutcome.Refused, null, refused.Reason, refused.Text),
        GatewayError error => new(GatewayOutcome.Unavailable, null, RefusalReason.None, error.Text),
        _ => new(GatewayOutcome.Unknown, null, RefusalReason.None, $"the gateway answered with {reply.Kind}, which is no answer to this request"),
    };

    public static GatewayAnswer<TReply> NotConnected(string why) => new(GatewayOutcome.NotConnected, null, RefusalReason.None, why);

    public static GatewayAnswer<TReply> Unknown(string why) => new(GatewayOutcome.Unknown, null, RefusalReason.None, why);
}
