using System.CommandLine;
using System.CommandLine.Parsing;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge blacklist add | remove | list</c>: nodes that this one has nothing to do with.</summary>
internal static class BlacklistCommands
{
    private static readonly Argument<string> Who = new("ADDRESS") { Description = "the node's address" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "why, for yourself; never published", HelpName = "TEXT" };

    private static readonly Option<BlacklistingReason> Code = new("--code")
    {
        Description = "the reason that is published: other, contradiction, dispute, unserved, unpaid or abuse (default: other)",
        HelpName = "REASON",
        CustomParser = ParseCode,
        DefaultValueFactory = _ => BlacklistingReason.Other,
    };

    private static readonly Option<bool> Local = new("--local") { Description = "keep it on this machine, and publish nothing" };

    public static RootCommand AddBlacklist(this RootCommand root)
    {
        var add = new Command("add", "Never match, connect to, confirm or serve a node. A running node sees it at once.");
        add.Arguments.Add(Who);
        add.Options.Add(Reason);
        add.Options.Add(Code);
        add.Options.Add(Local);
        var remove = new Command("remove", "Take a node off the list, and back what was published about it.");
        remove.Arguments.Add(Who);
        var list = new Command("list", "Show the list, and what of it is published.");
        var blacklist = new Command(
            "blacklist",
            "Keep the nodes that this one has nothing to do with. A running node publishes a signed statement about those with which a channel has paid.");
        blacklist.Subcommands.Add(add.Runs((context, _) => Change(
            context,
            address => new Blacklist(context.Data).Add(
                address, context.Parsed.GetValue(Reason), TimeProvider.System.GetUtcNow(), context.Parsed.GetValue(Code), context.Parsed.GetValue(Local))
                ? $"{address} is blacklisted"
                : $"{address} was blacklisted already")));
        blacklist.Subcommands.Add(remove.Runs((context, _) => Change(
            context, address => new Blacklist(context.Data).Remove(address) ? $"{address} is off the blacklist" : $"{address} was not on the blacklist")));
        blacklist.Subcommands.Add(list.Runs((context, _) => Task.FromResult(List(context))));
        root.Subcommands.Add(blacklist);
        return root;
    }

    private static Task<ExitCode> Change(CommandContext context, Func<Address, string> change)
    {
        var text = context.Parsed.GetRequiredValue(Who);
        if (!Address.TryParse(text, out var address))
        {
            throw new ConfigException([new ConfigFault("ADDRESS", text, "must be an address (0x and 40 hexadecimal digits; in mixed case with a right checksum)", null)]);
        }

        var said = change(address);
        return Task.FromResult(context.Json ? List(context) : Say(context, said));
    }

    private static ExitCode Say(CommandContext context, string text)
    {
        context.Output.WriteLine(text);
        return ExitCode.Success;
    }

    private static ExitCode List(CommandContext context)
    {
        var document = new Blacklist(context.Data).Load();
        if (context.Json)
        {
            context.Print(document, BlacklistJson.Default.BlacklistDocument);
            return ExitCode.Success;
        }

        var published = PublishedBy(context.Data);
        foreach (var entry in document.Entries)
        {
            context.Output.WriteLine($"{entry.Address}  {UsageReport.Time(entry.AddedAtMs)}  {Standing(entry, published)}  {entry.Reason}".TrimEnd());
        }

        // Taken off, and not told yet.
        foreach (var own in published.Values.Where(own => !own.IsAcknowledged && !own.Stands))
        {
            context.Output.WriteLine($"{own.Subject}  taken off; its revocation waits for the gateway");
        }

        return document.Entries.Count == 0 ? Say(context, "nobody is blacklisted") : ExitCode.Success;
    }

    private static string Standing(BlacklistEntry entry, Dictionary<Address, OwnStatement> published)
    {
        if (entry.Local)
        {
            return "local";
        }

        return published.GetValueOrDefault(Address.Parse(entry.Address)) switch
        {
            { Stands: true, IsAcknowledged: true } => "published",
            { Stands: true, Refusal: { } refusal } => $"not published: {refusal}",
            { Stands: true } => "waits for the gateway",
            _ => "not published: no channel with it that paid, as far as a running node saw",
        };
    }

    // The journal may be a running node's: it is only read. A node that never ran has none, one before statements no such table.
    private static Dictionary<Address, OwnStatement> PublishedBy(DataDirectory data)
    {
        if (!File.Exists(data.JournalPath))
        {
            return [];
        }

        try
        {
            using var reader = new JournalReader(data.JournalPath);
            return OwnStatementTable.Load(reader).ToDictionary(own => own.Subject);
        }
        catch (JournalException)
        {
            return [];
        }
    }

    private static BlacklistingReason ParseCode(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var code = Enum.GetValues<BlacklistingReason>().FirstOrDefault(code => string.Equals($"{code}", text, StringComparison.OrdinalIgnoreCase));
        if (code == BlacklistingReason.None)
        {
            result.AddError($"--code {text} must be other, contradiction, dispute, unserved, unpaid or abuse");
        }

        return code;
    }
}
