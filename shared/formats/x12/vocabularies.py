"""What X12's codes mean, in our words. The first of several codes is the one we write."""

from shared.formats.edi.vocabulary import vocabulary

PURPOSES = vocabulary(  # element 353
    "original=00 cancellation=01 addition=02 deletion=03 change=04 replacement=05 confirmation=06"
    " duplicate=07 status=08 not_found=10 response=11 not_processed=12 request=13"
    " advance_notice=14 resubmission=15 final=22 transmission=18 seller_initiated=19"
)
ORDER_KINDS = vocabulary(  # element 92
    "stand_alone=SA new=NE blanket=BK release=RL drop_ship=DS rush=RO change=CP confirmation=CF"
    " consignment=CN contract=CT direct=DR purchase_order=KN emergency=EO blanket_estimated=BE"
    " agreement=AB"
)
VERDICTS = vocabulary(  # element 587
    "accepted_with_detail_and_change=AC accepted_with_detail=AD exceptions_only=AE held=AH"
    " accepted=AK replenishment=AP accepted_by_seller=AT not_accepted=NA rejected_with_detail=RD"
    " received_for_information=RF rejected=RJ response_open=RO"
)
STATUSES = vocabulary(  # element 668 (ACK2)
    "accepted=IA backordered=IB accepted_with_changes=IC deleted=ID accepted_price_pending=IE"
    " on_hold_incomplete=IF on_hold=IH on_hold_waiver=IW price_changed=IP quantity_changed=IQ"
    " rejected=IR substituted=IS accepted_date_pending=SP balance_backordered=BP"
    " date_rescheduled=DR released=AR accepted_and_shipped=AC forwarded=AA"
    " rejected_not_on_contract=R1 rejected_item=R2 rejected_unit=R3 rejected_not_available=R4"
    " reorder_just_in_time=R5 reorder_extended=R6 reorder_drop_ship=R7 reorder_surge=R8"
    " rejected_discontinued=R9"
)
CHANGES = vocabulary(  # element 670 (PO4)
    "add_item=AI change_line=CA change_dates=CT delete_item=DI change_price=PC"
    " decrease_quantity=QD increase_quantity=QI reschedule_and_quantity=RQ reschedule=RS"
    " cancel_order=CF no_change=NC replace_all=RZ"
)
ROLES = vocabulary(  # element 98
    "buyer=BY ship_to=ST bill_to=BT supplier=SE,SU,VN remit_to=RE,RI ship_from=SF warehouse=WH"
    " manufacturer=MF payer=PR payee=PE ordered_by=OB distributor=DS carrier=CA sold_to=SO"
)
PARTY_SCHEMES = vocabulary(  # element 66
    "duns=1 duns4=9 supplier_assigned=91 buyer_assigned=92 gln=UL hin=21 dea=11 tax=FI mutual=ZZ"
)
ITEM_SCHEMES = vocabulary(  # element 235, gtins aside
    "supplier=VN,VC,VP buyer=IN,BP,PI manufacturer=MG manufacturer_name=MF ndc=N4,ND hibc=HI"
    " lot=LT serial=SN sku=SK hcpcs=HC customer_catalogue=CB mutual=ZZ"
)
REFERENCES = vocabulary(  # element 128
    "purchase_order=PO supplier_order=VN contract=CT customer_order=CO internal_vendor=IA"
    " customer=CR bill_of_lading=BM carrier=CN tracking=2I invoice=IV department=DP line=LI"
    " shipment=SI release=MR receiver_location=EV account=11 general_ledger=GL lot=LT serial=SE"
)
DATES = vocabulary(  # element 374
    "requested_delivery=002 requested_ship=010 cancel_after=001 current_schedule=067 promised=068"
    " shipped=011 estimated_delivery=017 expiry=036 manufactured=094,405 effective=007"
    " processed=009 delivered=035 transaction=097 begins=196 ends=197 invoice=003 order=004"
)
PRICE_BASES = vocabulary(  # element 639
    "each=PE contract=CT catalogue=CA unit=UM quote=QT no_charge=NC hundred=HP thousand=TP ten=PN"
)
CHARGE_KINDS = vocabulary("allowance=A charge=C none=N")  # element 248
CHANNELS = vocabulary("telephone=TE email=EM fax=FX")  # element 365
LEVELS = vocabulary("shipment=S order=O tare=T pack=P item=I subpack=Q kit=K component=F")  # 735
INVOICE_KINDS = vocabulary(  # element 640; what is none of these is an invoice of its own kind
    "invoice=DI,PR credit_memo=CR,CN,CC debit_memo=DR,DB,DM consolidated_invoice=CI"
)
PRICE_KINDS = vocabulary(  # element 236
    "contract=CON catalogue=CAT list=LPR net=NET resale=RES unit_cost=UCP wholesale=WHL"
    " discount=DIS retail=RTL"
)
CATALOGUE_KINDS = vocabulary("catalogue=PC price_sheet=PS contract=CP")  # element 683
ITEM_ACTIONS = vocabulary("add=A change=C delete=D")  # element 306
STOCK_KINDS = vocabulary(  # element 673; senders disagree, so a partner's own table comes first
    "available=33,QA on_hand=17 on_order=63 projected=29 cumulative=02 discrete=01 held=QH"
)
STOCK_REPORTS = vocabulary("distributor_inventory=DD,MB seller_inventory=SI")  # element 755
HANDLINGS = vocabulary(  # element 305
    "remittance_only=I payment_and_remittance=C payment=D handled=X prenotification=P split=U"
)
METHODS = vocabulary("ach=ACH check=CHK wire=FWT partner=BOP none=NON")  # element 591
PAID_KINDS = vocabulary("invoice=IV purchase_order=PO credit_memo=CM order=OI mutual=ZZ")
ACK_VERDICTS = vocabulary("accepted=A accepted_with_errors=E partially_accepted=P rejected=R")
