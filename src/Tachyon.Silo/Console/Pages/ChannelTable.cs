using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>Channels with all that is watched of them.</summary>
internal static class ChannelTable
{
    public static Html Of(string caption, IEnumerable<ChannelView> channels, DateTimeOffset now, string whenEmpty)
    {
        var table = new Table(
            caption,
            new Column("Channel"),
            new Column("Phase"),
            new Column("Consumer"),
            new Column("Provider"),
            new Column("Consumer's count", true),
            new Column("Provider's count", true),
            new Column("Difference, of tolerated", true),
            new Column("Unclaimed", true),
            new Column("Deadline", true));
        foreach (var view in channels)
        {
            table.Add(
                $"c-{view.ChannelId}",
                Parts.Channel(view.ChannelId),
                Parts.Phase(view.Phase),
                Parts.Id(view.Terms.Consumer.ToString()),
                Parts.Provider(view.Terms.Provider),
                Html.Text(Show.Bytes(view.ConsumerBytes)),
                Html.Text(Show.Bytes(view.ProviderBytes)),
                Parts.Difference(view),
                Parts.Money(view.Unclaimed),
                Parts.Deadline(view, now));
        }

        return table.Render(whenEmpty);
    }
}
