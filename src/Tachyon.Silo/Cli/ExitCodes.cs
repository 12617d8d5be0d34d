namespace Tachyon.Silo.Cli;

/// <summary>The exit codes in words.</summary>
internal static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Success, "stopped as asked"),
        (ExitCode.Failure, "a fault that no other code names"),
        (ExitCode.BadSettings, "wrong settings or files, nothing was started"),
        (ExitCode.EndpointUnavailable, "cannot listen"),
        (ExitCode.StorageUnreachable, "the storage cannot be reached yet; the same settings may be in order later"),
        (ExitCode.Refused, "the contract, or the account's funds, do not let it; nothing was changed"),
    ];
}
