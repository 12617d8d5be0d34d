using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans;

public static class GrainReminderExtensions
{
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        Register(grain, grain?.GrainContext, reminderName, dueTime, period);

    public static Task<IGrainReminder> RegisterOrUpdateReminder(this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        Register(grain, grain?.GrainContext, reminderName, dueTime, period);

    public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) =>
        Registry(grain?.GrainContext).UnregisterReminder(grain!.GrainContext.GrainId, reminder);

    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) =>
        Registry(grain?.GrainContext).UnregisterReminder(grain!.GrainContext.GrainId, reminder);

    public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) => Get(grain?.GrainContext, reminderName);

    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName) => Get(grain?.GrainContext, reminderName);

    public static Task<List<IGrainReminder>> GetReminders(this Grain grain) => Registry(grain?.GrainContext).GetReminders(grain!.GrainContext.GrainId);

    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) => Registry(grain?.GrainContext).GetReminders(grain!.GrainContext.GrainId);

    private static Task<IGrainReminder> Register(object? grain, IGrainContext? context, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        IReminderRegistry registry = Registry(context);
        CheckName(reminderName);
        return grain is IRemindable
            ? registry.RegisterOrUpdateReminder(context!.GrainId, reminderName, dueTime, period)
            : throw new InvalidOperationException(
                $"Grain {context!.GrainId} is not '{nameof(IRemindable)}'. A grain should implement {nameof(IRemindable)} to use the persistent reminder service");
    }

    private static Task<IGrainReminder?> Get(IGrainContext? context, string reminderName)
    {
        IReminderRegistry registry = Registry(context);
        CheckName(reminderName);
        return registry.GetReminder(context!.GrainId, reminderName);
    }

    private static void CheckName(string reminderName)
    {
        if (string.IsNullOrWhiteSpace(reminderName))
        {
            throw new ArgumentNullException(nameof(reminderName));
        }
    }

    private static IReminderRegistry Registry(IGrainContext? context)
    {
        ArgumentNullException.ThrowIfNull(context, "grain");
        return context.ActivationServices.GetRequiredService<IReminderRegistry>();
    }
}
