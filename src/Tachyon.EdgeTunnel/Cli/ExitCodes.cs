using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Verification;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Which fault means which <see cref="ExitCode"/>: the one table of it.</summary>
internal static class ExitCodes
{
    public static ExitCode Of(Exception fault, bool interrupted) => fault switch
    {
        OperationCanceledException when interrupted => ExitCode.Interrupted,
        ConfigException or DeploymentFileException => ExitCode.BadSettings,
        KeystoreException { Fault: KeystoreFault.WrongPassword } => ExitCode.WrongPassword,
        KeystoreException { Fault: KeystoreFault.AlreadyExists } => ExitCode.KeystoreExists,
        KeystoreException => ExitCode.KeystoreUnusable,
        PasswordMissingException => ExitCode.WrongPassword,
        DataDirectoryInUseException => ExitCode.DataDirectoryInUse,
        DataDirectoryException => ExitCode.BadSettings,
        JournalException => ExitCode.JournalUnusable,
        ChainUnavailableException or ChainMismatchException => ExitCode.ChainUnavailable,
        NodeException { Fault: var held } => Of(held),
        RecordFileException => ExitCode.RecordUnreadable,
        NodeNotRunningException => ExitCode.NotRunning,
        ControlRefusedException { Code: "channelUnknown" } => ExitCode.ChannelUnknown,
        ControlRefusedException { Code: "notToppedUp" } => ExitCode.TopUpFailed,
        ControlRefusedException { Code: "notAProvider" } => ExitCode.Failure,
        ControlRefusedException => ExitCode.CloseFailed,
        _ => ExitCode.Failure,
    };

    private static ExitCode Of(NodeFault fault) => fault switch
    {
        NodeFault.GatewayUnavailable or NodeFault.WrongMatch => ExitCode.GatewayUnavailable,
        NodeFault.NoProvider => ExitCode.NoProvider,
        NodeFault.OpenFailed => ExitCode.OpenFailed,
        NodeFault.PeerUnavailable => ExitCode.PeerUnavailable,
        NodeFault.EndpointUnavailable => ExitCode.EndpointUnavailable,
        NodeFault.BudgetSpent => ExitCode.BudgetSpent,
        NodeFault.RouteRefused => ExitCode.RouteRefused,
        NodeFault.ChainUnavailable => ExitCode.ChainUnavailable,
        _ => ExitCode.Failure,
    };
}
