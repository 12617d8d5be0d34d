using System.CommandLine;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge blacklist add | remove | list</c>: nodes that this one has nothing to do with.</summary>
internal static class BlacklistCommands
{
    private static readonly Argument<string> Who = new("ADDRESS") { Description = "the node's address" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "why, for yourself", HelpName = "TEXT" };

    public static RootCommand AddBlacklist(this RootCommand root)
    {
        var add = new Command("add", "Never match, connect to, confirm or serve a node. A running node sees it at once.");
        add.Arguments.Add(Who);
        add.Options.Add(Reason);
        var remove = new Command("remove", "Take a node off the list.");
        remove.Arguments.Add(Who);
        var list = new Command("list", "Show the list.");
        var blacklist = new Command("blacklist", "Keep the nodes that this one has nothing to do with. The list stays on this machine.");
        blacklist.Subcommands.Add(add.Runs((context, _) => Change(
            context,
            address => new Blacklist(context.Data).Add(address, context.Parsed.GetValue(Reason), TimeProvider.System.GetUtcNow())
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

        foreach (var entry in document.Entries)
        {
            context.Output.WriteLine($"{entry.Address}  {UsageReport.Time(entry.AddedAtMs)}  {entry.Reason}".TrimEnd());
        }

        return document.Entries.Count == 0 ? Say(context, "nobody is blacklisted") : ExitCode.Success;
    }
}
