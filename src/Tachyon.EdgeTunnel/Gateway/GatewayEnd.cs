using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>Why a connection to the gateway ended.</summary>
internal sealed record GatewayEnd(GatewayFault Fault, string Text)
{
    /// <summary>True when another attempt soon would end the same way.</summary>
    public bool IsLasting => Fault is GatewayFault.NotThisProtocol or GatewayFault.WrongDomain or GatewayFault.Superseded;

    /// <summary>What an unexpected answer, or none, means for the connection.</summary>
    public static GatewayEnd From(GatewayReply? reply) => reply switch
    {
        null => new(GatewayFault.Disconnected, "the connection ended while it was being made"),
        GatewayError error => new(
            error.Code switch
            {
                GatewayErrorCode.UnknownVersion or GatewayErrorCode.Malformed => GatewayFault.NotThisProtocol,
                GatewayErrorCode.WrongDomain => GatewayFault.WrongDomain,
                GatewayErrorCode.NotAuthenticated => GatewayFault.NotAuthenticated,
                GatewayErrorCode.Superseded => GatewayFault.Superseded,
                GatewayErrorCode.Stopping => GatewayFault.Disconnected,
                _ => GatewayFault.Rejected,
            },
            $"the gateway says: {error.Text}"),
        Refused refused => new(GatewayFault.Rejected, $"the gateway says: {refused.Text}"),
        _ => new(GatewayFault.NotThisProtocol, $"the gateway answered with {reply.Kind} while the connection was being made"),
    };
}
