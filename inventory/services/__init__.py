"""Every write of the inventory."""

from inventory.services.boards import (
    accept_device,
    correct_step,
    mount_device,
    record_test,
    record_training,
    start_device,
    withdraw_step,
)
from inventory.services.defects import (
    attach_photo,
    close_defect,
    receive_defect,
    remove_photo,
    report_defect,
    send_defect,
    take_defect,
)
from inventory.services.deliveries import book_deliveries, book_delivery, file_delivery
from inventory.services.delivery_files import attach_delivery_file, remove_delivery_file
from inventory.services.details import add_devices, edit_device
from inventory.services.devices import NewDevice, create_devices, record_tests, update_details
from inventory.services.financing import (
    NewHandOver,
    finance_devices,
    finance_line,
    plan_hand_overs,
    set_eligible_categories,
    withdraw_hand_over,
)
from inventory.services.free_deliveries import book_free_delivery
from inventory.services.holdings import recounted
from inventory.services.labels import add_label_sheet, delete_label_sheet, edit_label_sheet
from inventory.services.lending import (
    close_campaign,
    hand_out_devices,
    return_devices,
    scan_return,
    start_campaign,
)
from inventory.services.many import Changed, ManyChange, change_many, preview_many
from inventory.services.order_plans import Sharing, create_shared_order
from inventory.services.orders import create_order, create_orders, edit_order, update_orders
from inventory.services.protocols import attach_protocol, correct_test, remove_protocol, withdraw_test
from inventory.services.reference import (
    add_category,
    add_manufacturer,
    add_model,
    create_models,
    edit_category,
    edit_manufacturer,
    edit_model,
    update_models,
)
from inventory.services.retirement import (
    attach_retirement_file,
    record_retirement,
    remove_retirement_file,
    withdraw_from_retirement,
)
from inventory.services.scans import NewScan, Setting, record_scans
from inventory.services.states import (
    KEEP,
    PlacementChange,
    change_device,
    change_devices,
    correct_state,
    record_placements,
    revise_placement,
    withdraw_state,
)
from inventory.services.stocktakes import (
    Counted,
    NewCount,
    add_counted,
    count_devices,
    open_stocktake,
    sign_off,
    uncount,
)
from inventory.services.swaps import LEAVING, swap_devices
from inventory.services.unbooking import unbook_delivery
from inventory.services.undoing import Undone, may_be_undone, plan_undo, undo_act

__all__ = [
    "KEEP",
    "LEAVING",
    "Changed",
    "Counted",
    "ManyChange",
    "NewCount",
    "NewDevice",
    "NewHandOver",
    "NewScan",
    "PlacementChange",
    "Setting",
    "Sharing",
    "Undone",
    "accept_device",
    "add_category",
    "add_counted",
    "add_devices",
    "add_label_sheet",
    "add_manufacturer",
    "add_model",
    "attach_delivery_file",
    "attach_photo",
    "attach_protocol",
    "attach_retirement_file",
    "book_deliveries",
    "book_delivery",
    "book_free_delivery",
    "change_device",
    "change_devices",
    "change_many",
    "close_campaign",
    "close_defect",
    "correct_state",
    "correct_step",
    "correct_test",
    "count_devices",
    "create_devices",
    "create_models",
    "create_order",
    "create_orders",
    "create_shared_order",
    "delete_label_sheet",
    "edit_category",
    "edit_device",
    "edit_label_sheet",
    "edit_manufacturer",
    "edit_model",
    "edit_order",
    "file_delivery",
    "finance_devices",
    "finance_line",
    "hand_out_devices",
    "may_be_undone",
    "mount_device",
    "open_stocktake",
    "plan_hand_overs",
    "plan_undo",
    "preview_many",
    "receive_defect",
    "record_placements",
    "record_retirement",
    "record_scans",
    "record_test",
    "record_tests",
    "record_training",
    "recounted",
    "remove_delivery_file",
    "remove_photo",
    "remove_protocol",
    "remove_retirement_file",
    "report_defect",
    "return_devices",
    "revise_placement",
    "scan_return",
    "send_defect",
    "set_eligible_categories",
    "sign_off",
    "start_campaign",
    "start_device",
    "swap_devices",
    "take_defect",
    "unbook_delivery",
    "uncount",
    "undo_act",
    "update_details",
    "update_models",
    "update_orders",
    "withdraw_from_retirement",
    "withdraw_hand_over",
    "withdraw_state",
    "withdraw_step",
    "withdraw_test",
]
