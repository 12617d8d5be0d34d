using System.CommandLine;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Verification;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge channels export</c> and <c>verify</c>: a channel's record out of the journal, and checked by anyone.</summary>
internal static class EvidenceCommands
{
    private static readonly Option<string?> OutputFile = new("--output", "-o")
    {
        Description = "the file to write (default: standard output)",
        HelpName = "FILE",
    };

    private static readonly Argument<string> RecordFileName = new("FILE") { Description = "a channel's record, as channels export or a silo writes it" };

    private static readonly Option<bool> All = new("--all") { Description = "show every check, not only what fails or cannot be proved" };

    public static Command CreateExport()
    {
        var command = new Command(
            "export",
            "Write a channel's record: terms, the units of both sides that matter, closures, settlement. Reads the journal: no node needs to run, and of one that runs it has all that is signed."
            + "\n\nExample: tachyon-edge channels export 0x12ab -o channel.json --deployment deployment.json");
        command.Arguments.Add(ChannelsCommands.Id);
        command.Options.Add(OutputFile);
        command.AddSettings([Settings.Deployment]);
        return command.Runs(ExportAsync);
    }

    public static RootCommand AddVerify(this RootCommand root)
    {
        var command = new Command(
            "verify",
            "Re-check a channel's record offline, unit by unit: signatures, chain of evidence, monotony, crossing rules, settlement. "
            + "Says who owes what, and where it fails. Needs no key, no chain and no trust in whoever wrote it.\n\nExample: tachyon-edge verify channel.json");
        command.Arguments.Add(RecordFileName);
        command.Options.Add(All);
        root.Subcommands.Add(command.Runs(VerifyAsync));
        return root;
    }

    private static async Task<ExitCode> ExportAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var reader = context.ReadSettings();
        var path = reader.Required<string>(Settings.Deployment, SettingParsers.ExistingFile);
        reader.ThrowIfFaulty();
        var deployment = await Deployment.LoadAsync(path, cancellationToken);
        using var journal = await JournalArchive.OpenAsync(context.Data);
        var export = ChannelExporter.Export(journal, Find(journal, context.Parsed.GetRequiredValue(ChannelsCommands.Id)), deployment.Domain);
        if (context.Parsed.GetValue(OutputFile) is { } file)
        {
            await RecordFile.WriteAsync(file, export, cancellationToken);
            if (context.Json)
            {
                context.Print(new ExportedDocument { File = Path.GetFullPath(file), ChannelId = export.ChannelId }, CliJson.Default.ExportedDocument);
            }
        }
        else
        {
            context.Print(export, VerificationJson.Default.ChannelExport);
        }

        return ExitCode.Success;
    }

    private static async Task<ExitCode> VerifyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var record = await RecordFile.ReadAsync(context.Parsed.GetRequiredValue(RecordFileName), cancellationToken);
        var units = record.ConsumerUnits.Count + record.ProviderUnits.Count;
        var verdict = await context.WithBarAsync(
            $"checking {units} units", units, report => Task.Run(() => RecordVerifier.Verify(record, done => report(done, null)), cancellationToken));
        if (context.Json)
        {
            context.Print(verdict, VerificationJson.Default.VerdictDocument);
        }
        else
        {
            Show(context, record, verdict);
        }

        return verdict.Valid ? ExitCode.Success : ExitCode.RecordWrong;
    }

    private static void Show(CommandContext context, ReadRecord record, VerdictDocument verdict)
    {
        foreach (var finding in verdict.Findings.Where(finding => finding.Level != "right" || context.Parsed.GetValue(All)))
        {
            context.Output.WriteLine($"{finding.Level,-9} {finding.Where}: {finding.Text}");
        }

        context.Output.WriteLine($"channel   {verdict.ChannelId}");
        context.Output.WriteLine($"checked   {verdict.UnitsChecked} units: the consumer signed {Figures.Bytes(verdict.ConsumerBytes)}, the provider {Figures.Bytes(verdict.ProviderBytes)}"
            + (verdict.ClosureBytes is { } closed ? $"; both ended it at {Figures.Bytes(closed)}" : verdict.IsDispute ? ", which is a dispute" : ""));
        context.Output.WriteLine($"owed      {verdict.PaidIpx} IPX to provider {record.Terms.Provider}, {verdict.RefundedIpx} IPX back to consumer {record.Terms.Consumer}"
            + (verdict.Burned == "0" ? "" : $", {verdict.BurnedIpx} IPX burned"));
        context.Output.WriteLine(verdict.Valid
            ? "verdict   nothing in this record is wrong"
            : "verdict   WRONG: this record is forged, incomplete, or someone broke the protocol; see above");
    }

    private static ChannelRecord Find(JournalArchive journal, string text)
    {
        var channels = journal.Channels.Load();
        var matching = ChannelId.TryParse(text, out var id)
            ? [.. channels.Where(channel => channel.ChannelId == id)]
            : channels.Where(channel => channel.ChannelId.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return matching.Count == 1
            ? matching[0]
            : throw new Control.ControlRefusedException("channelUnknown", $"\"{text}\" fits {matching.Count} of the journal's {channels.Count} channels");
    }
}
