using System.CommandLine;
using Tachyon.Chain;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Hosting;

namespace Tachyon.Silo.Cli;

/// <summary>Runs what the command line asks for. Faults of settings go to standard error, one a line.</summary>
internal static class SiloRunner
{
    public static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(parsed, cancellationToken);
        if (opened is not { Settings: { } settings, Parts: { } parts })
        {
            return (int)opened.Code;
        }

        using (parts)
        {
            return (int)await ServeAsync(parsed, settings, parts, cancellationToken);
        }
    }

    public static async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(parsed, cancellationToken);
        if (opened.Parts is not { } parts)
        {
            return (int)opened.Code;
        }

        using (parts)
        {
            var output = parsed.InvocationConfiguration.Output;
            opened.Settings!.Entries.WriteTo(output, entry => entry.IsSet ? entry.Value : $"{entry.Value} (default)");
            await output.WriteLineAsync($"the settings are in order; transactions are paid by {parts.Account.Address}");
            return (int)ExitCode.Success;
        }
    }

    /// <summary>Shows or changes the account's standing in the register of proxies.</summary>
    public static async Task<int> ChangeProxyAsync(
        ParseResult parsed, Func<ProxyRegistration, Func<CancellationToken, Task<ExitCode>>> action, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(parsed, cancellationToken);
        if (opened.Parts is not { } parts)
        {
            return (int)opened.Code;
        }

        using (parts)
        using (var sender = new TransactionSender(parts.Chain, parts.Account))
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                return (int)await action(new ProxyRegistration(parts.Chain, sender, output, error))(cancellationToken);
            }
            catch (Exception fault) when (fault is ChainUnavailableException or ChainMismatchException or TransactionTimedOutException or TransactionRejectedException)
            {
                await error.WriteLineAsync($"error: {fault.Message}");
                return (int)ExitCode.Failure;
            }
        }
    }

    private static async Task<ExitCode> ServeAsync(
        ParseResult parsed, SiloSettings settings, SiloParts parts, CancellationToken cancellationToken)
    {
        if (ListenCheck.Fault([.. settings.Gateway.Urls, .. settings.Gateway.OperatorUrls]) is { } fault)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {fault}");
            return ExitCode.EndpointUnavailable;
        }

        await using var app = SiloApplication.Create(settings, parts.Chain, parts.Account, TimeProvider.System);
        try
        {
            await app.StartAsync(cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"the silo of {parts.Account.Address} listens on {string.Join(" and ", app.Urls)}");
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (IOException exception)
        {
            // Another process was faster, or Kestrel found what could not be told beforehand.
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: cannot listen: {exception.Message}");
            return ExitCode.EndpointUnavailable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
#pragma warning disable CA1031 // Whatever it is, whoever started the silo is told what in a line; a trace helps nobody there.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {StartFaults.Describe(exception)}");
            return ExitCode.Failure;
        }
    }

    private static async Task<(SiloSettings? Settings, SiloParts? Parts, ExitCode Code)> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        List<SettingFault> faults;
        SiloSettings? settings = null;
        SiloParts? parts = null;
        try
        {
            settings = SiloCommandLine.ReadSettings(parsed, out var found);
            faults = [.. found];
            parts = await SiloParts.OpenAsync(settings, faults, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            faults = [new SettingFault("--config", null, $"cannot be read: {exception.InnerException?.Message ?? exception.Message}")];
        }

        foreach (var fault in faults)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"error: {fault}");
        }

        var code = faults.Count == 0 ? ExitCode.Success : faults.All(fault => fault.MayPass) ? ExitCode.StorageUnreachable : ExitCode.BadSettings;
        return (settings, parts, code);
    }
}
