using Tachyon.Grains;
using Tachyon.Grains.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Limits;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Pages;

/// <summary>All channels, a page at a time, by phase and by party.</summary>
internal sealed class ChannelsPage(IChannelList channels, Readers readers, RestLimit limit, TimeProvider time) : IConsolePage
{
    private const int PageSize = 50;
    private const int MaxCursorLength = 100;

    private static readonly ChannelPhase[] Phases = [.. Enum.GetValues<ChannelPhase>().Where(phase => phase != ChannelPhase.None)];

    public async Task<Page> RenderAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var phaseText = query["phase"].ToString();
        ChannelPhase? phase = Phases.Where(known => Name(known) == phaseText).Select(known => (ChannelPhase?)known).FirstOrDefault();
        var partyText = query["party"].ToString().Trim();
        Address? party = Address.TryParse(partyText, out var address) ? address : null;
        var cursor = query["cursor"].ToString();
        var page = await channels.ReadAsync(phase, party, cursor.Length is > 0 and <= MaxCursorLength ? cursor : null, PageSize);
        limit.Charge(http, page.RecordsRead);
        return new Page("Channels", "/channels", Html.Of(
            $"""
            <form class="filter" method="get" action="/channels" data-keep>
            <label>Phase <select name="phase"><option value="">all</option>{Phases.Select(known => Option(known, phase))}</select></label>
            <label class="wide">Consumer or provider <input name="party" value="{partyText}" placeholder="0x…" pattern="0x[0-9a-fA-F]{"{40}"}" title="0x and 40 hexadecimal digits" spellcheck="false" autocomplete="off"></label>
            <button>Show</button>
            </form>
            {(partyText.Length > 0 && party is null ? Parts.Note(Tone.Warn, Html.Of($"{partyText} is no address, so channels of all parties are shown.")) : Html.Empty)}
            {ChannelTable.Of("Channels as this operator's storage holds them, in no particular order", page.Channels.Select(view => readers.Shown(http, view)), time.GetUtcNow(), page.Next is null ? "No channel fits." : "None among those looked at on this page; there are further pages.")}
            {Pages(phase, party, cursor, page.Next)}
            """));
    }

    private static Html Pages(ChannelPhase? phase, Address? party, string cursor, string? next)
    {
        var first = cursor.Length > 0 ? Html.Of($"""<a class="button" href="{Url(phase, party, null)}">First page</a>""") : Html.Empty;
        var more = next is not null ? Html.Of($"""<a class="button" rel="next" href="{Url(phase, party, next)}">Next page</a>""") : Html.Of($"""<span class="quiet">the last page</span>""");
        return Html.Of($"""<nav class="pages" aria-label="Pages">{first}{more}</nav>""");
    }

    private static string Url(ChannelPhase? phase, Address? party, string? cursor)
    {
        string[] parts =
        [
            .. phase is { } known ? [$"phase={Name(known)}"] : Array.Empty<string>(),
            .. party is { } address ? [$"party={address}"] : Array.Empty<string>(),
            .. cursor is not null ? [$"cursor={Uri.EscapeDataString(cursor)}"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "/channels" : $"/channels?{string.Join('&', parts)}";
    }

    private static Html Option(ChannelPhase phase, ChannelPhase? chosen) =>
        Html.Of($"""<option value="{Name(phase)}"{(phase == chosen ? Html.Of($" selected") : Html.Empty)}>{Name(phase)}</option>""");

    private static string Name(ChannelPhase phase) => phase.ToString().ToLowerInvariant();
}
